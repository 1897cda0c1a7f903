import { connect as connectTcp, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Host } from '#contract/hosts.ts';
import {
  changedKey,
  type HostKeys,
  type KeyOwner,
  type KnownKey,
  revokedKey,
  unknownKey,
  unsigned,
} from '../keys/host-keys.ts';
import { fingerprint, keyType } from '../keys/known-hosts.ts';
import { Client } from '../ssh2.ts';
import { algorithmsFor } from './algorithms.ts';
import { Authenticator, type AuthSources } from './auth.ts';
import { agentAddress } from './agent.ts';
import { BuiltinConnection } from './builtin.ts';
import { connectError, sshError } from './errors.ts';
import type { Gate } from './gate.ts';
import { keepKeys, writeInOnePiece } from './tuned.ts';

/** What a connection is made with. */
export interface DialOptions {
  keys: HostKeys;
  sources: AuthSources;
  /** How many handshakes may go on at once. */
  gate: Gate;
  user: string;
  /** The connection through the hosts before this one; none for a direct way. */
  stream?: Duplex;
  /** Takes a new key without asking. */
  acceptNew: boolean;
  /** Asks whether a new key may be trusted; undefined where nobody may be asked. */
  askKey:
    | ((
        owner: KeyOwner,
        key: Buffer,
        authorities: KnownKey[],
        signal: AbortSignal,
      ) => Promise<'trust' | 'once'>)
    | undefined;
  signal?: AbortSignal;
}

const CONNECT_TIMEOUT_S = 20;
const KEEPALIVE_S = 15;
const KEEPALIVE_MISSES = 3;
/** Before the login a server may send so much: its greeting, the key exchange (some KiB), its banner. */
const BANNER_LIMIT = 128 * 1024;

/** Who owns the key of a host. */
export function ownerOf(host: Host): KeyOwner {
  const { host_key_alias: alias } = host.options;
  return { name: host.name, address: host.address, port: host.port, ...(alias ? { alias } : {}) };
}

/**
 * Connects by the built-in client: TCP (or the stream given), handshake, host key, login. People's
 * time to answer does not count against the timeout, and holds up no other handshake.
 *
 * @throws NexusError `ssh.unreachable`, `ssh.handshake_timeout`, `ssh.host_key_*`, `ssh.auth_failed`, …
 */
export async function dial(host: Host, options: DialOptions): Promise<BuiltinConnection> {
  const where = `${host.address}:${host.port}`;
  const leave = await options.gate.enter(options.signal);
  const attempt = new Attempt(host, where, options, leave);
  try {
    return await attempt.run();
  } finally {
    leave();
  }
}

/** One handshake. */
class Attempt {
  readonly #host: Host;
  readonly #where: string;
  readonly #options: DialOptions;
  readonly #leave: () => void;
  readonly #client = new Client();
  readonly #owner: KeyOwner;
  #fail: (error: unknown) => void = () => undefined;
  #stopTimer: () => void = () => undefined;
  #banner = 0;
  /** Ends what is asked of a person for a login that is over. */
  readonly #over = new AbortController();
  #asking = 0;
  /** The host's key, once it was judged. */
  #trusted: Buffer | undefined;

  constructor(host: Host, where: string, options: DialOptions, leave: () => void) {
    this.#host = host;
    this.#where = where;
    this.#options = options;
    this.#leave = leave;
    this.#owner = ownerOf(host);
  }

  async run(): Promise<BuiltinConnection> {
    const known = await this.#options.keys.entries(this.#owner);
    const { stream, signal } = this.#options;
    const socket = stream ?? connectTcp({ host: this.#host.address, port: this.#host.port });
    // 90 ms a command without it: small packets would wait for the other side's acknowledgement.
    if (socket instanceof Socket) {
      socket.once('connect', () => socket.setNoDelay(true));
      writeInOnePiece(socket);
    }
    // Errors of the socket reach the client; those after it are nobody's.
    socket.on('error', () => undefined);
    const onAbort = () => this.#fail(signal?.reason);
    try {
      return await new Promise<BuiltinConnection>((resolve, reject) => {
        this.#fail = reject;
        signal?.addEventListener('abort', onAbort, { once: true });
        this.#startTimer();
        this.#listen(socket, resolve);
        this.#client.connect(
          this.#config(
            socket,
            known.map((entry) => entry.type),
          ) as never,
        );
      });
    } catch (error) {
      this.#client.removeAllListeners('close').on('error', () => undefined);
      this.#client.destroy();
      socket.destroy();
      throw connectError(this.#host.name, this.#where, error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#stopTimer();
      this.#over.abort();
    }
  }

  #config(socket: Duplex, knownTypes: string[]) {
    const { ask } = this.#options.sources;
    const { signal } = this.#over;
    const authenticator = new Authenticator(this.#host, this.#options.user, {
      ...this.#options.sources,
      ask: ask && ((asked) => this.#outside(ask({ ...asked, signal }))),
    });
    authenticator.onError = (error) => this.#fail(error);
    const { keepalive = KEEPALIVE_S, forward_agent: forward } = this.#host.options;
    const agent = forward ? agentAddress(this.#host) : undefined;
    return {
      sock: socket,
      username: this.#options.user,
      readyTimeout: 0,
      keepaliveInterval: keepalive * 1000,
      keepaliveCountMax: KEEPALIVE_MISSES,
      ...(agent ? { agent } : {}),
      algorithms: algorithmsFor(knownTypes),
      hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
        // When keys are renewed the client goes on sending while it waits for an answer, which breaks
        // the connection: it must have it at once. The key is the one that was shown first.
        if (this.#trusted) return this.#trusted.equals(key);
        // A client that is over already throws at whatever it is told.
        const tell = (ok: boolean) => this.#over.signal.aborted || verify(ok);
        this.#verify(key).then(
          () => {
            this.#trusted = Buffer.from(key);
            tell(true);
          },
          (error: unknown) => {
            this.#fail(error);
            tell(false);
          },
        );
        return undefined;
      },
      authHandler: (left: never, partial: boolean | null, next: (method: unknown) => void) => {
        void this.#login(authenticator, left, partial, next);
      },
    };
  }

  async #login(
    authenticator: Authenticator,
    left: never,
    partial: boolean | null,
    proceed: (method: unknown) => void,
  ): Promise<void> {
    try {
      const method = await authenticator.next(left, partial);
      if (method === false) this.#fail(this.#refused(authenticator.tried));
      else proceed(method);
    } catch (error) {
      this.#fail(error);
    }
  }

  #listen(socket: Duplex, resolve: (connection: BuiltinConnection) => void): void {
    const client = this.#client;
    client.on('error', (error: Error & { code?: string }) =>
      this.#fail(error.code === 'ECONNRESET' ? this.#hungUp() : error),
    );
    const onData = (data: Buffer) => this.#count(data.length);
    socket.on('data', onData);
    client.once('handshake', () => socket.off('data', onData));
    client.on('handshake', () => keepKeys(client));
    client.on('banner', (text) => this.#count(text.length));
    client.once('close', () => this.#fail(this.#hungUp()));
    client.once('ready', () => {
      client.removeAllListeners('close');
      client.removeAllListeners('error');
      const connection = new BuiltinConnection(client, this.#host.name);
      socket.once('close', () => connection.fail(new Error('the other side hung up')));
      resolve(connection);
    });
  }

  #count(bytes: number): void {
    this.#banner += bytes;
    if (this.#banner <= BANNER_LIMIT) return;
    this.#fail(
      sshError(
        'banner_too_long',
        `${this.#host.name} (${this.#where}) sends more than ${BANNER_LIMIT / 1024} KiB of text before the login.`,
        'This is no honest SSH server. Check the address.',
        { details: { host: this.#host.name } },
      ),
    );
  }

  async #verify(key: Buffer): Promise<void> {
    const { keys, acceptNew, askKey } = this.#options;
    const verdict = await keys.judge(this.#owner, key);
    if (verdict.is === 'known') return;
    if (verdict.is === 'revoked') throw revokedKey(this.#owner, key, verdict.known);
    if (verdict.is === 'changed') throw changedKey(this.#owner, key, verdict.known);
    const { authorities } = verdict;
    // Whoever stands between has a new key too, but no certificate for it: that is not taken unseen.
    if (!acceptNew || authorities.length > 0) {
      if (!askKey) throw unknownKey(this.#owner, key, authorities);
      const asking = askKey(this.#owner, key, authorities, this.#over.signal);
      const answer = await this.#outside(asking);
      if (answer === 'once') return;
    }
    await keys.trust(this.#owner, key);
  }

  // While a person thinks the clock stands still and the place is another's.
  async #outside<T>(asking: Promise<T>): Promise<T> {
    this.#stopTimer();
    this.#leave();
    this.#asking += 1;
    try {
      return await asking;
    } finally {
      this.#asking -= 1;
      if (!this.#over.signal.aborted) this.#startTimer();
    }
  }

  #hungUp(): Error {
    if (this.#asking === 0)
      return Object.assign(new Error('the other side hung up'), { code: 'ECONNRESET' });
    return sshError(
      'auth_too_late',
      `${this.#host.name} (${this.#where}) hung up while it waited for an answer.`,
      'Try again and answer sooner: most servers wait two minutes (LoginGraceTime).',
      { details: { host: this.#host.name, retryable: false } },
    );
  }

  #startTimer(): void {
    this.#stopTimer();
    const seconds = this.#host.options.connect_timeout ?? CONNECT_TIMEOUT_S;
    const timer = setTimeout(
      () =>
        this.#fail(
          sshError(
            'handshake_timeout',
            `${this.#host.name} (${this.#where}) did not finish the SSH handshake within ${seconds} s.`,
            'See whether an SSH server answers there. Slow links: raise the host’s connect_timeout.',
            { details: { host: this.#host.name } },
          ),
        ),
      seconds * 1000,
    );
    this.#stopTimer = () => clearTimeout(timer);
  }

  #refused(tried: string[]) {
    const list = tried.length > 0 ? `Tried: ${tried.join(', ')}.` : 'There was nothing to try.';
    return sshError(
      'auth_failed',
      `${this.#host.name} (${this.#where}) did not let ${this.#options.user} in. ${list}`,
      'Check the user, the keys (ssh-add -l, --identity) and the password.',
      { details: { host: this.#host.name, tried, retryable: false } },
    );
  }
}

/** What a person is told of a new key. */
export function keyText(owner: KeyOwner, key: Buffer, authorities: KnownKey[]): string {
  return `The host key of ${owner.name} (${owner.address}:${owner.port}) is not known yet: ${keyType(key)} ${fingerprint(key)}.${unsigned(authorities)} Compare it with what the host’s owner says.`;
}

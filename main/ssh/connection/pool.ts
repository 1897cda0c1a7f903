import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import type { Questions } from '#main/questions/index.ts';
import type { LoginSecrets } from '../door.ts';
import type { HostStore } from '../hosts.ts';
import {
  authoritiesIn,
  type HostKeys,
  type KeyOwner,
  type KnownKey,
  unknownKey,
} from '../keys/host-keys.ts';
import { connectBehind } from './behind.ts';
import type { Connection } from './connection.ts';
import { connectByOpenssh } from '../openssh/connect.ts';
import { hasOtherKeys, needsOpenssh } from '../openssh/choose.ts';
import { dial, keyText, ownerOf } from './dial.ts';
import { Gate } from './gate.ts';
import { jumpChain } from './jumps.ts';
import { type AcquireOptions, HostLink, type Lease } from './link.ts';
import { hostChanged } from './link-errors.ts';
import { wayOf } from './way.ts';

export interface PoolOptions {
  hosts: HostStore;
  keys: HostKeys;
  questions: Questions;
  secrets: LoginSecrets;
  clock: Clock;
  log: Logger;
  onHealth: (health: ConnectionHealth) => void;
  /** A connection without sessions is closed after so long; default five minutes. */
  idleMs?: number;
}

const HANDSHAKES = 8;
const IDLE_MS = 5 * 60_000;

/** The connections to all hosts. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #links = new Map<string, HostLink>();
  /** How each link's host is reached. */
  readonly #ways = new Map<string, string>();
  readonly #gate = new Gate(HANDSHAKES);
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * A place on the host's connection.
   * @param host as it was when it was chosen, and maybe approved
   * @throws NexusError `ssh.host_changed` where it is gone or reached in another way by now, `ssh.*`
   */
  async acquire(host: Host, options: AcquireOptions): Promise<Lease> {
    if (this.#closed)
      throw new NexusError({
        code: 'ssh.closed',
        message: 'Nexus is closing its connections.',
        kind: 'operational',
      });
    const now = this.#options.hosts.find(host.id);
    if (!now || this.#wayOf(now) !== this.#wayOf(host)) throw hostChanged(host.name);
    return this.link(host).acquire(options);
  }

  link(host: Host): HostLink {
    const way = this.#wayOf(this.#options.hosts.find(host.id) ?? host);
    // A host on the way was removed since, or came: what is connected leads by the old one.
    if (this.#ways.get(host.id) !== way) this.drop(host.id);
    let link = this.#links.get(host.id);
    if (!link) {
      this.#ways.set(host.id, way);
      link = new HostLink(host, {
        clock: this.#options.clock,
        connect: (target, options) => this.#connectUnlocked(target, options),
        onHealth: this.#options.onHealth,
        idleMs: this.#options.idleMs ?? IDLE_MS,
      });
      this.#links.set(host.id, link);
    }
    link.host = host;
    return link;
  }

  health(): ConnectionHealth[] {
    return [...this.#links.values()].map((link) => link.health());
  }

  /** See {@link HostLink.probe}. */
  async probe(ms: number): Promise<void> {
    await Promise.all(Array.from(this.#links.values(), (link) => link.probe(ms)));
  }

  /** A host was changed: what is connected in another way than it says now is ended, and nothing else. */
  changed(host: Host): void {
    const link = this.#links.get(host.id);
    if (!link) return;
    if (this.#ways.get(host.id) === this.#wayOf(host)) link.describe(host);
    else this.drop(host.id);
  }

  /** Ends what there is with a host. */
  drop(id: string): void {
    this.#links.get(id)?.close();
    this.#links.delete(id);
    this.#ways.delete(id);
  }

  #wayOf(host: Host): string {
    return wayOf(host, (name) => this.#options.hosts.find(name));
  }

  close(): void {
    this.#closed = true;
    for (const link of this.#links.values()) link.close();
  }

  // A locked vault is opened by a person between two tries: in the midst of a login the server’s own
  // patience (LoginGraceTime) would run out. A run waits for it in its own way.
  async #connectUnlocked(host: Host, options: AcquireOptions): Promise<Connection> {
    try {
      return await this.#connect(host, options);
    } catch (error) {
      const { secrets } = this.#options;
      const locked = error instanceof NexusError && error.code === 'vault.locked';
      if (!locked || !secrets.unlock || !options.interactive || options.asker?.run !== undefined)
        throw error;
      const name = error.details?.['name'];
      await secrets
        .unlock(typeof name === 'string' ? name : '', host.name)
        .catch((cause: unknown) => {
          // It is locked still, and a run that waits for this same connection knows what to do then.
          throw new NexusError({ ...error.toShape(), kind: 'operational', cause });
        });
      return this.#connect(host, options);
    }
  }

  /**
   * Looks whether the secrets can be had that these hosts and the hosts before them name. Those that
   * are connected need none.
   * @throws NexusError `vault.locked`, `secret.missing`
   */
  checkSecrets(hosts: Host[]): void {
    const connected = (host: Host) => this.#links.get(host.id)?.health().state === 'connected';
    const way = hosts
      .filter((host) => !connected(host))
      .flatMap((host) => [host, ...this.#before(host)]);
    for (const host of new Set(way.filter((one) => !connected(one)))) {
      const { password_secret: password, passphrase_secret: passphrase } = host.options;
      for (const name of [password, passphrase])
        if (name !== undefined) this.#options.secrets.check?.(name);
    }
  }

  #before(host: Host): Host[] {
    return jumpChain(host, (name) => this.#options.hosts.find(name));
  }

  #secretOf(host: Host, { asker }: AcquireOptions): (name: string) => string {
    return (name) =>
      this.#options.secrets.value(name, { host: host.name, ...(asker ? { asker } : {}) });
  }

  async #connect(host: Host, options: AcquireOptions): Promise<Connection> {
    const known = await this.#options.keys.entries(ownerOf(host));
    if ((await needsOpenssh(host, known)) !== undefined)
      return this.#byWay(host, options, (...way) => this.#openssh(host, known, ...way));
    const builtin = (mayLeave: boolean) =>
      this.#byWay(host, options, (...way) => this.#builtin(host, mayLeave, ...way));
    try {
      return await builtin(host.options.client !== 'builtin');
    } catch (error) {
      if (!(error instanceof NexusError) || host.options.client === 'builtin') throw error;
      if (!mayOpensshDo(error, known)) throw error;
      const openssh = this.#byWay(host, options, (...way) => this.#openssh(host, known, ...way));
      return await openssh.catch((second: unknown) => {
        const none = second instanceof NexusError && second.code.startsWith('ssh.openssh_');
        // Without OpenSSH there are still passwords, or the first error says more.
        if (none && error.code === 'ssh.keys_unusable') return builtin(false);
        throw none ? error : second;
      });
    }
  }

  // The hosts before it are pooled too: fifty hosts behind one bastion share its connection.
  async #byWay(
    host: Host,
    options: AcquireOptions,
    connect: (options: AcquireOptions, stream?: Duplex) => Promise<Connection>,
  ): Promise<Connection> {
    const via = this.#before(host).at(-1);
    if (!via) return connect(options);
    const lease = await this.link(via).acquire({ ...options, use: 'tunnel' });
    return connectBehind(host, via, lease, (stream, lost) => {
      const signal = options.signal ? AbortSignal.any([options.signal, lost]) : lost;
      return connect({ ...options, signal }, stream);
    });
  }

  async #openssh(
    host: Host,
    known: KnownKey[],
    options: AcquireOptions,
    stream?: Duplex,
  ): Promise<Connection> {
    const { keys, questions } = this.#options;
    const leave = await this.#gate.enter();
    return connectByOpenssh(host, {
      user: host.user ?? userInfo().username,
      ...(stream ? { stream } : {}),
      keyFiles: keys.files,
      known,
      acceptNew: host.options.accept_new === true && authoritiesIn(known).length === 0,
      sources: {
        secret: this.#secretOf(host, options),
        // While a person thinks the place is another's.
        ask: options.interactive ? (asked) => (leave(), questions.ask(asked)) : undefined,
      },
    }).finally(leave);
  }

  #builtin(
    host: Host,
    mayLeave: boolean,
    options: AcquireOptions,
    stream?: Duplex,
  ): Promise<Connection> {
    const { keys, questions, log } = this.#options;
    return dial(host, {
      keys,
      gate: this.#gate,
      user: host.user ?? userInfo().username,
      ...(stream ? { stream } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
      acceptNew: host.options.accept_new === true,
      askKey: options.interactive ? (...asked) => this.#askKey(...asked) : undefined,
      sources: {
        secret: this.#secretOf(host, options),
        log,
        ask: options.interactive
          ? (asked) => questions.ask({ ...asked, subject: host.name })
          : undefined,
        ...(mayLeave ? { otherKeys: () => hasOtherKeys(host) } : {}),
      },
    });
  }

  async #askKey(
    owner: KeyOwner,
    key: Buffer,
    authorities: KnownKey[],
    signal: AbortSignal,
  ): Promise<'trust' | 'once'> {
    const asked = this.#options.questions.ask({
      kind: 'host_key',
      signal,
      title: `Trust ${owner.name}?`,
      text: keyText(owner, key, authorities),
      subject: owner.name,
      fields: [
        {
          name: 'answer',
          label: 'Answer',
          type: 'choice',
          options: [
            { value: 'trust', label: 'Trust it and remember' },
            { value: 'once', label: 'Only this time' },
          ],
        },
      ],
    });
    const { answer } = await asked.catch((error: unknown) => {
      // Where nobody is there to be asked, what would have been asked says more.
      const unattended = error instanceof NexusError && error.code === 'question.unattended';
      throw unattended ? unknownKey(owner, key, authorities, error) : error;
    });
    return answer === 'once' ? 'once' : 'trust';
  }
}

// A key that is not the known one may have a certificate, which the built-in client does not ask for.
function mayOpensshDo({ code }: NexusError, known: KnownKey[]): boolean {
  return code === 'ssh.host_key_changed'
    ? authoritiesIn(known).length > 0
    : ['ssh.no_common_algorithm', 'ssh.keys_unusable'].includes(code);
}

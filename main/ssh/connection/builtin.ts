import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import type { ShellChannel } from '../door.ts';
import { connectionLost, sshError } from './errors.ts';
import type { Connection, ExecChannel, Exit, ShellOptions } from './connection.ts';
import { Ending, type EndListener } from './ending.ts';
import { guardedSftp } from './guarded-sftp.ts';
import { channelShell } from './shell.ts';

/** A channel that is not opened by then may be on a connection that is dead without knowing it. */
const CHANNEL_TIMEOUT_MS = 15_000;

/** A connection by the built-in client (ssh2). */
export class BuiltinConnection implements Connection {
  readonly client = 'builtin';
  readonly #client: Client;
  readonly #host: string;
  readonly #channelMs: number;
  readonly #ending = new Ending();
  readonly #listeners = new Map<string, (stream: Duplex) => void>();
  #error: Error | undefined;

  /** @param channelMs how long a channel may take to be opened, and the answer to a sign of life after that */
  constructor(client: Client, host: string, channelMs = CHANNEL_TIMEOUT_MS) {
    this.#client = client;
    this.#host = host;
    this.#channelMs = channelMs;
    client.on('error', (error) => {
      this.#error ??= error;
    });
    client.once('close', () => this.#gone());
    client.once('end', () => this.#gone());
    client.on('tcp connection', (info, accept, reject) => {
      const listener = this.#listeners.get(`${info.destIP}:${info.destPort}`);
      if (listener) listener(accept());
      else reject();
    });
  }

  get alive(): boolean {
    return !this.#ending.over;
  }

  // What hears the end is attached in the callback itself: a fast command's exit comes in the same
  // packet as the answer, before a promise could go on.
  exec(command: string, options: { pty?: boolean } = {}): Promise<ExecChannel> {
    return this.#open<ExecChannel>(
      (done) =>
        this.#client.exec(command, options.pty ? { pty: true } : {}, (error, channel) =>
          error ? done(error) : done(undefined, execChannel(channel, this, this.#host)),
        ),
      (channel) => channel.kill(),
    );
  }

  shell(options: ShellOptions): Promise<ShellChannel> {
    const { cols, rows, term, env } = options;
    const forward = options.agentForward ? { agentForward: true } : {};
    return this.#open<ShellChannel>(
      (done) =>
        this.#client.shell({ cols, rows, term }, { env, ...forward } as never, (error, channel) =>
          error ? done(error) : done(undefined, channelShell(channel, this, this.#host)),
        ),
      (shell) => shell.close(),
    );
  }

  dial(address: string, port: number): Promise<Duplex> {
    return this.#open<Duplex>(
      (done) => this.#client.forwardOut('127.0.0.1', 0, address, port, done),
      (stream) => stream.destroy(),
    );
  }

  async listen(
    address: string,
    port: number,
    accept: (stream: Duplex) => void,
  ): Promise<{ port: number; close(): void }> {
    const giveBack = (there: number) => this.#client.unforwardIn(address, there, () => undefined);
    const bound = await this.#open<number>(
      (done) => this.#client.forwardIn(address, port, done),
      (late) => giveBack(port === 0 ? late : port),
    );
    const actual = port === 0 ? bound : port;
    const key = `${address}:${actual}`;
    this.#listeners.set(key, accept);
    return {
      port: actual,
      close: () => {
        this.#listeners.delete(key);
        if (this.alive) giveBack(actual);
      },
    };
  }

  sftp(): Promise<SFTPWrapper> {
    return this.#open<SFTPWrapper>(
      (done) =>
        this.#client.sftp((error, sftp) =>
          error ? done(error) : done(undefined, guardedSftp(sftp)),
        ),
      (sftp) => sftp.end(),
    );
  }

  async ping(): Promise<number> {
    const begin = performance.now();
    // Any global request is answered, if only by a refusal (RFC 4254, section 4).
    await new Promise<void>((resolve, reject) => {
      if (!this.alive) return reject(connectionLost(this.#host, this.#error));
      const deaf = this.onClose((error) => reject(connectionLost(this.#host, error)));
      const protocol = this.#client as unknown as {
        _protocol: { ping(): void };
        _callbacks: ((failed: boolean) => void)[];
      };
      protocol._callbacks.push(() => {
        deaf();
        resolve();
      });
      protocol._protocol.ping();
    });
    return performance.now() - begin;
  }

  onClose(listener: EndListener): () => void {
    return this.#ending.listen(listener);
  }

  close(): void {
    this.#client.end();
    // A peer that does not answer (stopped, cut off) never closes its side.
    setTimeout(() => this.#client.destroy(), 500).unref();
    this.#gone();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#client.destroy();
    this.#gone();
  }

  #gone(): void {
    this.#ending.end(this.#error);
  }

  #open<T>(
    begin: (done: (error: Error | undefined, opened?: T) => void) => unknown,
    discard: (late: T) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.alive) return reject(connectionLost(this.#host, this.#error));
      let over = false;
      const finish = (action: () => void) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        deaf();
        action();
      };
      const timer = setTimeout(
        () => void this.#answers().then(() => finish(() => reject(tooLate(this.#host)))),
        this.#channelMs,
      );
      const deaf = this.onClose((error) => finish(() => reject(connectionLost(this.#host, error))));
      try {
        begin((error, opened) => {
          if (over && !error && this.alive) discard(opened as T);
          finish(() => (error ? reject(refused(this.#host, error)) : resolve(opened as T)));
        });
      } catch (error) {
        finish(() => reject(connectionLost(this.#host, error)));
      }
    });
  }

  // What a tunnel leads to may swallow all that is sent to it, and its channel stays unopened for
  // minutes. The connection is well then, and others are on it. One that does not answer is given up.
  async #answers(): Promise<void> {
    const silent = () => this.fail(new Error('it does not answer any more'));
    const timer = setTimeout(silent, this.#channelMs);
    await this.ping().catch(() => undefined);
    clearTimeout(timer);
  }
}

function tooLate(host: string): Error {
  return sshError(
    'channel_timeout',
    `${host} answers, but has not opened a channel for a long time.`,
    'What a tunnel leads to may be down, or the host is very busy. Try again.',
    { details: { host } },
  );
}

function refused(host: string, error: Error): Error {
  return sshError(
    'channel_refused',
    `${host} refused to open a channel: ${error.message}`,
    'The server may limit sessions (MaxSessions), forwarding (AllowTcpForwarding) or file transfer (Subsystem sftp).',
    { cause: error, details: { host } },
  );
}

function execChannel(channel: ClientChannel, connection: Connection, host: string): ExecChannel {
  const exit = new Promise<Exit>((resolve, reject) => {
    let ended: Exit | undefined;
    channel.once('exit', (code: number | null, signal?: string) => {
      // ssh2 puts SIG before the name.
      const name = signal?.replace(/^SIG/, '') ?? null;
      ended = { code: typeof code === 'number' ? code : null, signal: name };
    });
    // 'close' comes when the channel is closed and all output has been read.
    channel.once('close', () => {
      deaf();
      if (ended) resolve(ended);
      else if (connection.alive) resolve({ code: null, signal: null });
      else reject(connectionLost(host));
    });
    const deaf = connection.onClose((error) => {
      if (ended) resolve(ended);
      else reject(connectionLost(host, error));
    });
  });
  exit.catch(() => undefined);
  channel.on('error', () => undefined);
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exit,
    kill() {
      try {
        channel.signal('TERM');
      } catch {
        // The channel is closed already.
      }
      channel.close();
    },
  };
}

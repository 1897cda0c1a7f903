import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import type { Connection, ExecChannel, Exit, ShellOptions } from '../connection/connection.ts';
import { Ending, type EndListener } from '../connection/ending.ts';
import { connectionLost, sshError } from '../connection/errors.ts';
import type { ShellChannel } from '../door.ts';
import { opensshEnvironment } from './environment.ts';
import type { Master } from './master.ts';
import { sftpOver } from './sftp-over.ts';
import { spawnShell } from './spawn-shell.ts';

/** The master is on the other end of a socket: its name is no one's, but must be given. */
const NOWHERE = 'nexus';

const SSH_FAILED = 255;
/** The master notices a lost connection a moment after those that share it. */
const MASTER_END_MS = 1000;

/** A connection that a master process of the system's `ssh` holds. */
export class OpensshConnection implements Connection {
  readonly client = 'openssh';
  readonly #host: string;
  readonly #master: Master;
  readonly #base: string[];
  readonly #ending = new Ending();
  #wanted = false;

  constructor(host: string, master: Master) {
    this.#host = host;
    this.#master = master;
    this.#base = ['-F', 'none', '-S', master.socket, '-o', 'EscapeChar=none'];
    this.#base.push('-o', 'LogLevel=ERROR');
    master.onEnd(() => {
      const words = master.errors.trim().split('\n').at(-1)?.slice(0, 300);
      const error = this.#wanted ? undefined : new Error(words || 'the system’s ssh ended');
      this.#ending.end(error);
    });
  }

  get alive(): boolean {
    return !this.#ending.over && this.#master.alive;
  }

  async exec(command: string): Promise<ExecChannel> {
    const child = await this.#spawn(['-T', '--', NOWHERE, command]);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const exit = ended.then(async (code): Promise<Exit> => {
      // 255 is a command's own code, or ssh's word for a lost connection: then its master ends too.
      if (code === SSH_FAILED && (await this.#endsSoon())) throw connectionLost(this.#host);
      return { code, signal: null };
    });
    exit.catch(() => undefined);
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      exit,
      kill: () => void child.kill(),
    };
  }

  shell(options: ShellOptions): Promise<ShellChannel> {
    const send = Object.keys(options.env).flatMap((name) => ['-o', `SendEnv=${name}`]);
    const args = [...this.#base, ...send, '-tt', '--', NOWHERE];
    return spawnShell(args, options, this, this.#host);
  }

  async dial(address: string, port: number): Promise<Duplex> {
    const child = await this.#spawn(['-W', `${bracketed(address)}:${port}`, '--', NOWHERE]);
    child.stderr.resume();
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    stream.once('close', () => child.kill());
    // To be destroyed is an error in the eyes of Duplex.from, also where nobody uses it yet.
    stream.on('error', () => undefined);
    return stream;
  }

  async listen(
    address: string,
    port: number,
    accept: (stream: Duplex) => void,
  ): Promise<{ port: number; close(): void }> {
    const sockets = new Set<Socket>();
    // Half open: who has said all may still wait for the answer.
    const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      accept(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const own = (server.address() as { port: number }).port;
    const spec = `${bracketed(address)}:${port}:127.0.0.1:${own}`;
    const said = await this.#control(['forward', '-R', spec]).catch((error: unknown) => {
      server.close();
      throw error;
    });
    const actual = port === 0 ? Number(/\d+/.exec(said)?.[0] ?? 0) : port;
    return {
      port: actual,
      close: () => {
        server.close();
        for (const socket of sockets) socket.destroy();
        // By the words it was asked for with, also where the server chose the port.
        if (!this.#ending.over) this.#control(['cancel', '-R', spec]).catch(() => undefined);
      },
    };
  }

  async sftp(): Promise<SFTPWrapper> {
    return sftpOver(await this.#spawn(['-T', '-s', '--', NOWHERE, 'sftp']));
  }

  async ping(): Promise<number> {
    const begin = performance.now();
    const channel = await this.exec('exit 0');
    channel.stdin.end();
    channel.stdout.resume();
    channel.stderr.resume();
    await channel.exit;
    return performance.now() - begin;
  }

  onClose(listener: EndListener): () => void {
    return this.#ending.listen(listener);
  }

  close(): void {
    this.#wanted = true;
    this.#master.close();
  }

  fail(error: Error): void {
    this.#master.close();
    this.#ending.end(error);
  }

  #endsSoon(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        deaf();
        resolve(false);
      }, MASTER_END_MS);
      const deaf = this.onClose(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  // Resolves when it runs: what cannot be started (no ssh any more, too many processes) is an error of
  // whoever wanted it.
  async #spawn(args: string[]): Promise<ChildProcessWithoutNullStreams> {
    if (this.#ending.over) throw connectionLost(this.#host);
    try {
      const child = spawn('ssh', [...this.#base, ...args], {
        env: opensshEnvironment(),
        stdio: 'pipe',
      });
      child.stdin.on('error', () => undefined);
      await new Promise((resolve, reject) => child.once('spawn', resolve).on('error', reject));
      return child;
    } catch (cause) {
      throw sshError(
        'openssh_failed',
        `The system’s ssh, which ${this.#host} is reached by, cannot be started: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}.`,
        'See whether OpenSSH is still installed, and how many processes may run.',
        { cause, details: { host: this.#host } },
      );
    }
  }

  async #control([command, ...rest]: string[]): Promise<string> {
    const child = await this.#spawn(['-O', command!, ...rest, '--', NOWHERE]);
    child.stdin.end();
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('close', (code) => {
        if (code === 0) resolve(out);
        else
          reject(
            sshError(
              'channel_refused',
              `ssh refused: ${errors.trim()}`,
              'See what the server permits.',
            ),
          );
      });
    });
  }
}

// An address of IPv6 has colons of its own.
const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

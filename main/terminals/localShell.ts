import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { IPty } from 'node-pty';
import { NexusError } from '#main/base/errors.ts';
import { type PtyWriter, ptyWriter } from '#main/base/ptyWriter.ts';
import type { Foreground, ShellChannel, ShellExit } from './channel.ts';
import { TERM } from './environment.ts';
import { foregroundOf } from './foreground.ts';
import { hangUp } from './processGroups.ts';

/** After the shell's end, output that still comes is read until it is silent so long … */
const SILENCE_MS = 250;
/** … or so much came: something in the background goes on writing. */
const LAST_BYTES = 1024 * 1024;

export interface LocalShellOptions {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
}

/** A shell on a pseudo-terminal of this machine. */
export interface LocalShell extends ShellChannel {
  pid: number;
}

/** @throws NexusError `terminal.pty_unavailable`, `terminal.failed_to_start` */
export async function openLocalShell(options: LocalShellOptions): Promise<LocalShell> {
  const { spawn } = await import('node-pty').catch((cause: unknown) => {
    throw new NexusError({
      code: 'terminal.pty_unavailable',
      message: 'Local terminals cannot be opened: the part that makes them could not be loaded.',
      hint: 'Install Nexus again, with the packages for this operating system.',
      kind: 'operational',
      cause,
    });
  });
  try {
    const { file, args, cwd, env, cols, rows } = options;
    // Bytes, not text: a character may be cut in two by the end of a read.
    const pty = spawn(file, args, { name: TERM, cwd, env, cols, rows, encoding: null });
    return new PtyShell(pty);
  } catch (cause) {
    throw new NexusError({
      code: 'terminal.failed_to_start',
      message: `${options.file} could not be started: ${(cause as Error).message}`,
      hint: 'See whether this machine still has processes and pseudo-terminals to give.',
      kind: 'operational',
      cause,
    });
  }
}

class PtyShell implements LocalShell {
  readonly pid: number;
  readonly #pty: IPty;
  /** What node-pty reads from; Windows has none. */
  readonly #socket: Socket | undefined;
  readonly #destroySocket: (error?: Error) => unknown;
  /** Windows has none: node-pty hands it on to a thread of its own. */
  readonly #writer: PtyWriter | undefined;
  #last: { bytes: number; timer: NodeJS.Timeout } | undefined;
  #ended = false;
  #closing = false;

  constructor(pty: IPty) {
    this.#pty = pty;
    this.pid = pty.pid;
    this.#socket = (pty as unknown as { _socket?: Socket })._socket;
    const socket = process.platform === 'win32' ? undefined : this.#socket;
    this.#destroySocket = socket?.destroy.bind(socket) ?? (() => undefined);
    // 200 ms after the shell's end node-pty destroys what it reads from, and with it the output
    // that is still in the pipe, which is all of it while flow control holds us back.
    if (socket)
      socket.destroy = (error) => {
        if (error || socket.readableEnded || this.#closing) this.#destroySocket(error);
        else this.#readRest();
        return socket;
      };
    this.#writer = ptyWriter(pty);
    pty.onExit(() => {
      this.#ended = true;
      this.#writer?.close();
      clearTimeout(this.#last?.timer);
    });
  }

  write(data: string | Uint8Array): void {
    if (this.#ended) return;
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (this.#writer) this.#writer.write(bytes);
    else this.#pty.write(typeof data === 'string' ? data : Buffer.from(data));
  }

  get unread(): number {
    return this.#writer?.waiting ?? 0;
  }

  resize(cols: number, rows: number): void {
    try {
      if (!this.#ended) this.#pty.resize(cols, rows);
    } catch {
      // It ended between the check and the call.
    }
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#pty.onData((data) => {
      // Windows gives text all the same.
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      if (this.#last) this.#countRest(chunk.length);
      listener(chunk);
    });
  }

  onExit(listener: (exit: ShellExit) => void): void {
    this.#pty.onExit(({ exitCode, signal }) => {
      const name = signal ? signalName(signal) : null;
      listener({ code: name === null ? exitCode : null, signal: name });
    });
  }

  pause(): void {
    if (!this.#last) this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  foreground(): Promise<Foreground> {
    return foregroundOf(this.pid);
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (process.platform === 'win32') {
      this.#pty.kill();
      return;
    }
    // What is held back may be what keeps the shell from ending.
    this.#pty.resume();
    void hangUp(this.pid).finally(() => this.#destroySocket());
  }

  #readRest(): void {
    if (this.#last) return;
    this.#last = { bytes: 0, timer: this.#silence() };
    this.#pty.resume();
  }

  #countRest(bytes: number): void {
    const last = this.#last!;
    last.bytes += bytes;
    clearTimeout(last.timer);
    if (last.bytes > LAST_BYTES) this.#destroySocket();
    else last.timer = this.#silence();
  }

  #silence(): NodeJS.Timeout {
    return setTimeout(() => this.#destroySocket(), SILENCE_MS);
  }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? String(number);
}

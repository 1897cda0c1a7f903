import type { NexusError } from '#main/base/errors.ts';

/** How a shell ended. `error` says why a connection broke; without it the shell ended by itself. */
export interface ShellExit {
  code: number | null;
  signal: string | null;
  error?: NexusError;
}

/** Whether a program has the terminal and not the shell itself, and what it is called where that is known. */
export interface Foreground {
  busy: boolean;
  program?: string;
}

/** One shell: a pseudo-terminal on this machine, or a channel of an SSH connection. */
export interface ShellChannel {
  write(data: string | Uint8Array): void;
  /** Bytes that were written and that nobody has taken yet, where that can be told. */
  readonly unread?: number;
  resize(cols: number, rows: number): void;
  onData(listener: (data: Uint8Array) => void): void;
  /** Called once, after the last data. */
  onExit(listener: (exit: ShellExit) => void): void;
  /** Flow control down to the pty or the socket: no data comes until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends the shell and what runs in its foreground. */
  close(): void;
  /** What runs in the foreground besides the shell; without it nobody can tell. */
  foreground?(): Promise<Foreground>;
}

/** What a shell is opened with. */
export interface ShellSize {
  cols: number;
  rows: number;
}

/** Opens a shell on a host of the inventory. */
export type OpenHostShell = (
  host: string,
  options: ShellSize & { term?: string; signal?: AbortSignal },
) => Promise<ShellChannel>;

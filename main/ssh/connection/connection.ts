import type { Duplex, Readable, Writable } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import type { ShellChannel } from '../door.ts';
import type { EndListener } from './ending.ts';

/** How a remote command ended. */
export interface Exit {
  code: number | null;
  /** By the name of RFC 4254, section 6.10: `KILL`. */
  signal: string | null;
}

/** A command that runs on the host. */
export interface ExecChannel {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the command has ended and its output has come. @throws NexusError `ssh.connection_lost` */
  exit: Promise<Exit>;
  /** Asks the command to end and closes the channel. */
  kill(): void;
}

export interface ShellOptions {
  cols: number;
  rows: number;
  term: string;
  env: Record<string, string>;
  agentForward: boolean;
}

/** What runs commands and moves files on a host, whichever connection is used. */
export type Sessions = Pick<Connection, 'exec' | 'sftp'>;

/** One authenticated connection, by whichever client. */
export interface Connection {
  readonly client: 'builtin' | 'openssh';
  readonly alive: boolean;
  /** @throws NexusError `ssh.connection_lost`, `ssh.channel_refused` */
  exec(command: string, options?: { pty?: boolean }): Promise<ExecChannel>;
  shell(options: ShellOptions): Promise<ShellChannel>;
  /** A TCP connection made by the host. */
  dial(address: string, port: number): Promise<Duplex>;
  /** Has the host listen; `accept` gets each connection. Resolves with the port. */
  listen(
    address: string,
    port: number,
    accept: (stream: Duplex) => void,
  ): Promise<{ port: number; close(): void }>;
  sftp(): Promise<SFTPWrapper>;
  /** One round trip; milliseconds. */
  ping(): Promise<number>;
  /** See {@link Ending.listen}: whoever listens for the time of a session takes itself off again. */
  onClose(listener: EndListener): () => void;
  close(): void;
  /** Gives up a connection that does not answer, or whose way is gone. */
  fail(error: Error): void;
}

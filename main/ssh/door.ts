import type { NexusError } from '#main/base/errors.ts';
import type { EventBus } from '#main/base/events.ts';
import type { ConnectionHealth } from '#contract/hosts.ts';
import type { SshEvents } from './events.ts';
import type { HostStore } from './hosts.ts';

/** What one command on one host came to. */
export interface RunResult {
  exitCode: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
  ms: number;
  /** Whether output beyond `maxBytes` was dropped. */
  truncated: boolean;
}

/** On whose behalf a host is reached: who is recorded when the login takes a secret. */
export interface Asker {
  /** A person’s name, or `workflow:NAME`. */
  by: string;
  /** Id of the run; it waits for a locked vault by itself, so nobody is asked to unlock it. */
  run?: string;
}

/** Where the value of a secret goes. */
export interface SecretUse {
  /** The host that it logs in to. */
  host: string;
  /** Undefined where Nexus itself reaches the host (figures, forwards that come back). */
  asker?: Asker;
}

/** The secrets that logins draw on. */
export interface LoginSecrets {
  /** @throws NexusError `secret.missing`, `vault.locked` */
  value(name: string, use: SecretUse): string;
  /** Whether it could be had now, without its being taken. @throws NexusError as `value` */
  check?(name: string): void;
  /** Asks a person to unlock the vault for this host; resolves when it is unlocked. @throws NexusError `question.*`, `vault.*` */
  unlock?(name: string, host: string): Promise<void>;
}

export interface RunOptions {
  stdin?: Uint8Array;
  /** Milliseconds for the whole command, the connection included. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Bytes of stdout, and of stderr, to keep; default 1 MiB. The rest is read and dropped. */
  maxBytes?: number;
  /** Variables for the command. They travel on its standard input, never on a command line. */
  env?: Record<string, string>;
  /** Whether a person may be asked (host key, password); default true. */
  interactive?: boolean;
  asker?: Asker;
}

/** An interactive session: of a host, or (in the terminals) of this machine. */
export interface ShellChannel {
  write(data: string | Uint8Array): void;
  /** Bytes that were written and that nobody has taken yet, where that can be told. */
  readonly unread?: number;
  resize(cols: number, rows: number): void;
  onData(listener: (data: Uint8Array) => void): void;
  onExit(
    listener: (exit: { code: number | null; signal: string | null; error?: NexusError }) => void,
  ): void;
  /** Stops reading: the other side is slowed down to the very program. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface ShellRequest {
  cols: number;
  rows: number;
  /** Default `xterm-256color`. */
  term?: string;
  /** Asked of the server, which may refuse what its AcceptEnv does not name. */
  env?: Record<string, string>;
  signal?: AbortSignal;
  interactive?: boolean;
  asker?: Asker;
}

/** What other parts may do with hosts. */
export interface SshFabric {
  hosts: HostStore;
  /**
   * Runs a command by the host's login shell and collects its output.
   * @throws NexusError `ssh.*`, `host.not_found`; the signal's reason
   */
  run(host: string, command: string, options?: RunOptions): Promise<RunResult>;
  /** Opens an interactive shell. @throws NexusError `ssh.*`, `host.not_found` */
  shell(host: string, options: ShellRequest): Promise<ShellChannel>;
  /** How the connections are, one entry for each host that was used. */
  health(): ConnectionHealth[];
  events: EventBus<SshEvents>;
  /**
   * Looks whether the connections still live, and closes those that do not answer within
   * `patienceMs` (default 15 s): the machine has slept, say.
   */
  probe(patienceMs?: number): Promise<void>;
  close(): Promise<void>;
}

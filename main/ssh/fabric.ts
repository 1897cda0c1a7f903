import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { EventBus } from '#main/base/events.ts';
import type { Logger } from '#main/base/log.ts';
import type { Questions } from '#main/questions/index.ts';
import type { Connection } from './connection/connection.ts';
import type { Lease, Use } from './connection/link.ts';
import { Pool } from './connection/pool.ts';
import type {
  Asker,
  LoginSecrets,
  RunOptions,
  RunResult,
  ShellChannel,
  ShellRequest,
  SshFabric,
} from './door.ts';
import type { SshEvents } from './events.ts';
import { HostStore } from './hosts.ts';
import { HostKeys } from './keys/host-keys.ts';
import { approved } from './approve.ts';
import type { PolicyGate } from './policy.ts';
import { atMost, MOST_TIMER_MS, runOn, timedOut } from './run.ts';

export interface SshOptions {
  db: Database;
  /** NEXUS_HOME: its `known_hosts` is written. */
  home: string;
  clock: Clock;
  log: Logger;
  questions: Questions;
  secrets: LoginSecrets;
  /** Asked before a shell is opened; none lets everything through. */
  gate?: PolicyGate;
  /** Files of known hosts that are read besides Nexus's own; default: OpenSSH's. */
  knownHosts?: string[];
  /** See the pool. */
  idleMs?: number;
}

/** A network that comes back after a sleep takes some seconds; a connection may still be good then. */
const PROBE_MS = 15_000;
const CLOSE_MS = 1000;

/** Everything that Nexus does over SSH. */
export class Fabric implements SshFabric {
  readonly events: EventBus<SshEvents>;
  readonly hosts: HostStore;
  readonly keys: HostKeys;
  readonly pool: Pool;
  readonly #options: SshOptions;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: SshOptions) {
    this.#options = options;
    const { log } = options;
    this.events = new EventBus((error) => log.error('a listener of the hosts failed', { error }));
    this.hosts = new HostStore({ db: options.db, clock: options.clock, events: this.events });
    this.keys = new HostKeys(
      join(options.home, 'known_hosts'),
      options.knownHosts ?? [
        join(homedir(), '.ssh', 'known_hosts'),
        join(homedir(), '.ssh', 'known_hosts2'),
        '/etc/ssh/ssh_known_hosts',
      ],
    );
    this.pool = new Pool({
      ...options,
      hosts: this.hosts,
      keys: this.keys,
      onHealth: (health) => this.events.emit('health', health),
    });
    this.events.on('host_changed', (host) => this.pool.changed(host));
    this.events.on('host_removed', ({ id }) => this.pool.drop(id));
  }

  async run(name: string, command: string, options: RunOptions = {}): Promise<RunResult> {
    const host = this.hosts.get(name);
    const begin = performance.now();
    const deadline = options.timeoutMs === undefined ? undefined : begin + options.timeoutMs;
    const result = await this.withSession(host, 'command', options, (connection) =>
      runOn(connection, host.name, command, {
        ...options,
        ...(deadline === undefined ? {} : { timeoutMs: Math.max(1, deadline - performance.now()) }),
      }),
    );
    return { ...result, ms: performance.now() - begin };
  }

  async shell(name: string, options: ShellRequest): Promise<ShellChannel> {
    const host = this.hosts.get(name);
    const { gate, questions } = this.#options;
    if (gate) {
      const action = {
        operation: 'shell' as const,
        command: 'an interactive shell',
        hosts: [host],
      };
      const { interactive = true, signal } = options;
      await approved(gate, questions, action, { interactive, ...(signal ? { signal } : {}) });
    }
    const { opened: shell, lease } = await this.#open(host, 'long', options, (connection) =>
      connection.shell({
        cols: options.cols,
        rows: options.rows,
        term: options.term ?? 'xterm-256color',
        env: { ...host.options.env, ...options.env },
        agentForward: host.options.forward_agent === true,
      }),
    );
    shell.onExit(() => lease.release());
    options.signal?.addEventListener('abort', () => shell.close(), { once: true });
    if (options.signal?.aborted) shell.close();
    return shell;
  }

  // Opens one session; where the server has no place for it, waits for one of ours to end.
  async #open<T>(
    host: Host,
    use: Use,
    options: SessionOptions,
    open: (connection: Connection) => Promise<T>,
  ): Promise<{ opened: T; lease: Lease }> {
    for (;;) {
      const lease = await this.#acquire(host, use, options);
      try {
        return { opened: await open(lease.connection), lease };
      } catch (error) {
        if (isRefused(error) && lease.refused()) continue;
        lease.release();
        throw error;
      }
    }
  }

  /**
   * Does `work` on a place of the host's connection. A connection that turns out to be dead before
   * the work could begin is replaced once.
   */
  async withSession<T>(
    host: Host,
    use: Use,
    options: SessionOptions,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const lease = await this.#acquire(host, use, options);
      let begun = false;
      try {
        return await this.#note(work(watched(lease.connection, () => (begun = true))));
      } catch (error) {
        if (!begun && isRefused(error) && lease.refused()) {
          attempt -= 1;
          continue;
        }
        const lost = error instanceof NexusError && error.code === 'ssh.connection_lost';
        if (begun || attempt > 1 || !lost) throw error;
      } finally {
        lease.release();
      }
    }
  }

  #acquire(host: Host, use: Use, options: SessionOptions) {
    const { signal, interactive, timeoutMs, force, asker } = options;
    const late = timeoutMs === undefined ? undefined : new AbortController();
    const end = () => late?.abort(timedOut(host.name, timeoutMs!));
    const timer = late && setTimeout(end, Math.min(timeoutMs!, MOST_TIMER_MS));
    const signals = [signal, late?.signal].filter((one) => one !== undefined);
    return this.pool
      .acquire(host, {
        use,
        interactive: interactive ?? true,
        ...(force ? { force } : {}),
        ...(asker ? { asker } : {}),
        ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
      })
      .finally(() => clearTimeout(timer));
  }

  /** Sessions on a host, each with a place of its own on the connection, for work that needs several. */
  sessions(
    host: Host,
    options: { interactive: boolean; signal?: AbortSignal; asker?: Asker },
  ): Pick<Connection, 'exec' | 'sftp'> {
    return {
      exec: async (command) => {
        const { opened: channel, lease } = await this.#open(host, 'command', options, (one) =>
          one.exec(command),
        );
        channel.exit.then(lease.release, lease.release);
        return channel;
      },
      sftp: async () => {
        const { opened: sftp, lease } = await this.#open(host, 'command', options, (one) =>
          one.sftp(),
        );
        sftp.once('close', lease.release);
        return sftp;
      },
    };
  }

  health(): ConnectionHealth[] {
    return this.pool.health();
  }

  async probe(patienceMs = PROBE_MS): Promise<void> {
    await this.pool.probe(patienceMs);
  }

  // What has just been stopped still has to tell its host so.
  async close(): Promise<void> {
    await atMost(Promise.allSettled(this.#running), CLOSE_MS);
    this.pool.close();
  }

  #note<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const gone = () => void this.#running.delete(work);
    work.then(gone, gone);
    return work;
  }
}

type SessionOptions = Pick<RunOptions, 'signal' | 'interactive' | 'timeoutMs' | 'asker'> & {
  force?: boolean;
};

const isRefused = (error: unknown) =>
  error instanceof NexusError && error.code === 'ssh.channel_refused';

// Tells when something was really opened: from then on the work may have had an effect.
function watched(connection: Connection, opened: () => void): Connection {
  const note = <T>(value: T): T => {
    opened();
    return value;
  };
  return {
    client: connection.client,
    get alive() {
      return connection.alive;
    },
    exec: async (...args) => note(await connection.exec(...args)),
    shell: async (...args) => note(await connection.shell(...args)),
    dial: async (...args) => note(await connection.dial(...args)),
    listen: async (...args) => note(await connection.listen(...args)),
    sftp: async () => note(await connection.sftp()),
    ping: () => connection.ping(),
    onClose: (listener) => connection.onClose(listener),
    close: () => connection.close(),
    fail: (error) => connection.fail(error),
  };
}

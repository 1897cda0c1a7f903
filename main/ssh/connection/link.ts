import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import { type NexusError, toNexusError } from '#main/base/errors.ts';
import type { Asker } from '../door.ts';
import { Breaker } from './breaker.ts';
import { Connecting } from './connecting.ts';
import type { Connection } from './connection.ts';
import { hostChanged, isPersonal, toLost } from './link-errors.ts';
import { healthOf } from './link-health.ts';

/** What a session is for: `long` ones (terminals, transfers) may not take all places from commands. */
export type Use = 'command' | 'long' | 'tunnel';

/** A place on a connection; give it back. */
export interface Lease {
  connection: Connection;
  release: () => void;
  /**
   * Gives it back because the server refused the session. True where it has others of ours, so that
   * a place will come: its limit is lower than ours, or it has not cleared away the last one yet.
   */
  refused: () => boolean;
}

export interface AcquireOptions {
  use: Use;
  interactive: boolean;
  signal?: AbortSignal;
  /** Tries also where the host is left alone because it failed. */
  force?: boolean;
  asker?: Asker;
}

interface Member {
  connection: Connection;
  commands: number;
  long: number;
  tunnels: number;
  /** Sessions at once; lower after the server refused one, and up again with each that went well. */
  most: number;
  /** Refusals in a row while nothing else of ours was there. */
  refusals: number;
}

export interface LinkOptions {
  clock: Clock;
  connect: (host: Host, options: AcquireOptions) => Promise<Connection>;
  onHealth: (health: ConnectionHealth) => void;
  idleMs: number;
}

/** sshd takes ten sessions on a connection (MaxSessions); two stay for others. */
const SESSIONS = 8;
const LONG_SESSIONS = 6;
/** A server may not have cleared away the last session when it is asked for the next. */
const REFUSALS = 3;

/**
 * All that goes on with one host: one connection (a second one only when terminals fill the first),
 * its sessions, its health.
 */
export class HostLink {
  host: Host;
  readonly #options: LinkOptions;
  readonly #members: Member[] = [];
  readonly #breaker: Breaker;
  readonly #waiting: (() => void)[] = [];
  #connecting: Connecting | undefined;
  #closed = false;
  #cancelIdle: () => void = () => undefined;
  #since: number;
  #latency: number | undefined;
  #error: NexusError | undefined;

  constructor(host: Host, options: LinkOptions) {
    this.host = host;
    this.#options = options;
    this.#breaker = new Breaker(options.clock);
    this.#since = options.clock.now();
  }

  get delay(): number {
    return this.#breaker.delay();
  }

  /**
   * A place for one session, on a connection that is made where there is none. Waits for a place
   * when all are taken.
   */
  async acquire(options: AcquireOptions): Promise<Lease> {
    for (let waited = false; ; ) {
      if (options.signal?.aborted) {
        // Woken and given up in one moment: the place is the next one's.
        if (waited) this.#waiting.shift()?.();
        throw options.signal.reason;
      }
      const found = this.#place(options.use);
      if (found) return this.#lease(found, options.use);
      // Commands end, and give their places to others; terminals may stay for hours.
      const soon = this.#members.some((one) => one.connection.alive && one.commands > 0);
      if (soon && options.use !== 'long') {
        await this.#wait(options.signal);
        waited = true;
      } else await this.#connect(options);
    }
  }

  #place(use: Use): Member | undefined {
    return this.#members.find(
      (member) =>
        member.connection.alive &&
        (use === 'tunnel' ||
          (member.commands + member.long < member.most &&
            (use !== 'long' || member.long < LONG_SESSIONS))),
    );
  }

  #lease(member: Member, use: Use): Lease {
    const key = use === 'command' ? 'commands' : use === 'long' ? 'long' : 'tunnels';
    const crowded = member.commands + member.long > 0;
    member[key] += 1;
    this.#cancelIdle();
    let released = false;
    const giveBack = (most: number) => {
      if (released) return;
      released = true;
      member[key] -= 1;
      member.most = Math.max(1, Math.min(SESSIONS, most));
      this.#waiting.shift()?.();
      this.#idle();
    };
    return {
      connection: member.connection,
      release: () => {
        if (!released) member.refusals = 0;
        giveBack(member.most + 1);
      },
      refused: () => {
        const others = member.commands + member.long - 1;
        giveBack(others);
        if (crowded || others > 0) return true;
        member.refusals += 1;
        return member.refusals <= REFUSALS;
      },
    };
  }

  #connect(options: AcquireOptions): Promise<void> {
    if (this.#closed) throw hostChanged(this.host.name);
    if (!options.force) this.#breaker.check(this.host.name);
    const other = this.#connecting;
    if (other) return other.wait(options);
    const made = new Connecting(options, (signal) => this.#open(options, signal));
    this.#connecting = made;
    made.signal.addEventListener('abort', () => this.#over(made.signal), { once: true });
    this.#tell();
    return made.wait(options);
  }

  // Another one may have been begun since.
  #over(signal: AbortSignal): void {
    if (this.#connecting?.signal !== signal) return;
    this.#connecting = undefined;
    this.#tell();
  }

  async #open(options: AcquireOptions, signal: AbortSignal): Promise<void> {
    let connection: Connection;
    try {
      connection = await this.#options.connect(this.host, { ...options, signal });
    } catch (thrown) {
      const error = toNexusError(thrown);
      // That nobody waited for it says nothing of the host.
      if (signal.aborted) throw error;
      this.#error = error;
      if (!isPersonal(error)) this.#breaker.failed(error);
      this.#since = this.#options.clock.now();
      this.#over(signal);
      throw error;
    }
    if (this.#closed) {
      this.#over(signal);
      connection.close();
      throw hostChanged(this.host.name);
    }
    const member: Member = {
      connection,
      commands: 0,
      long: 0,
      tunnels: 0,
      most: SESSIONS,
      refusals: 0,
    };
    this.#members.push(member);
    this.#breaker.succeeded();
    this.#error = undefined;
    this.#since = this.#options.clock.now();
    connection.onClose((error) => this.#gone(member, error));
    if (this.#connecting?.signal === signal) this.#connecting = undefined;
    this.#tell();
    this.#idle();
  }

  #gone(member: Member, error: Error | undefined): void {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
    this.#since = this.#options.clock.now();
    if (error) this.#error = toLost(this.host.name, error);
    for (const wake of this.#waiting.splice(0)) wake();
    this.#tell();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        const at = this.#waiting.indexOf(wake);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve();
      };
      this.#waiting.push(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #idle(): void {
    this.#cancelIdle();
    if (this.#members.every((member) => inUse(member))) return;
    const { clock, idleMs } = this.#options;
    this.#cancelIdle = clock.at(clock.now() + idleMs, () => {
      for (const member of this.#members.slice()) if (!inUse(member)) member.connection.close();
    });
  }

  /** One round trip on the connection that is there. */
  async ping(): Promise<number> {
    const lease = await this.acquire({ use: 'tunnel', interactive: false });
    try {
      this.#latency = await lease.connection.ping();
      this.#tell();
      return this.#latency;
    } finally {
      lease.release();
    }
  }

  /** Closes the connections that give no sign of life within `ms`: the machine has slept, say. */
  async probe(ms: number): Promise<void> {
    const look = async ({ connection }: Member) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('late')), ms);
      });
      await Promise.race([connection.ping(), late])
        .catch(() => connection.close())
        .finally(() => clearTimeout(timer));
    };
    await Promise.all(this.#members.filter((member) => member.connection.alive).map(look));
  }

  noteLatency(ms: number): void {
    this.#latency = ms;
  }

  health(): ConnectionHealth {
    return healthOf({
      host: this.host,
      connecting: this.#connecting !== undefined,
      members: this.#members,
      since: this.#since,
      latency: this.#latency,
      error: this.#error,
      retryAt: this.#breaker.retryAt,
    });
  }

  #tell(): void {
    this.#options.onHealth(this.health());
  }

  /** The same host under another description. */
  describe(host: Host): void {
    this.host = host;
    this.#tell();
  }

  /** Closes the connections, also one that is being made; running sessions end. There are no others after it. */
  close(): void {
    this.#closed = true;
    this.#cancelIdle();
    this.#connecting?.giveUp(hostChanged(this.host.name));
    for (const member of this.#members.slice()) member.connection.close();
  }
}

const inUse = (member: Member) => member.commands + member.long + member.tunnels > 0;

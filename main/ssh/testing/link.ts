import type { ConnectionHealth } from '#contract/hosts.ts';
import { ManualClock } from '#main/base/clock.ts';
import type { Connection } from '../connection/connection.ts';
import { type AcquireOptions, HostLink, type Use } from '../connection/link.ts';
import { someHost } from './host.ts';

export const START = 1_800_000_000_000;
export const IDLE_MS = 60_000;
/** Lets everything happen that follows. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

const web = someHost({ id: 'host_1' });

/** What a link sees of a connection: whether it lives, and when it ends. */
export class Wire {
  alive = true;
  closed = false;
  pinged: Promise<number> = Promise.resolve(1);
  readonly client = 'builtin';
  readonly #listeners = new Set<(error: Error | undefined) => void>();

  onClose(listener: (error: Error | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  end(error?: Error): void {
    if (!this.alive) return;
    this.alive = false;
    for (const listener of this.#listeners) listener(error);
  }

  close(): void {
    this.closed = true;
    this.end();
  }

  ping(): Promise<number> {
    return this.pinged;
  }
}

/** A link to the host `web` over a clock of its own; what it asked, what it told, and its wires. */
export function madeLink() {
  const clock = new ManualClock(START);
  const wires: Wire[] = [];
  const told: ConnectionHealth[] = [];
  const asked: AcquireOptions[] = [];
  const state: { connect: () => Promise<unknown> } = { connect: () => Promise.resolve() };
  const link = new HostLink(web, {
    clock,
    idleMs: IDLE_MS,
    onHealth: (health) => told.push(health),
    async connect(_, options) {
      asked.push(options);
      await state.connect();
      const wire = new Wire();
      wires.push(wire);
      return wire as unknown as Connection;
    },
  });
  const acquire = (use: Use = 'command', more: Partial<AcquireOptions> = {}) =>
    link.acquire({ use, interactive: false, ...more });
  return { clock, wires, told, asked, link, acquire, state };
}

/** A promise that somebody else settles. */
export function held<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

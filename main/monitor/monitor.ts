import {
  type HostFacts,
  LOCAL_HOST,
  type MonitoredHost,
  type Sample,
  type Series,
  unitOf,
} from '#contract/monitor.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { Feed } from '#main/base/feed.ts';
import type { Logger } from '#main/base/log.ts';
import type { Look } from './alerts/alerts.ts';
import { Beats } from './beats.ts';
import { collect } from './collect/collect.ts';
import { collectFacts } from './collect/facts.ts';
import { runHere } from './collect/local.ts';
import { lookHere } from './collect/thisMachine.ts';
import { follow } from './follow.ts';
import { History } from './history/history.ts';
import { HostSettings } from './hostSettings.ts';
import { keepHouse } from './housekeeping.ts';
import { Observer } from './observer.ts';
import { type Seen, shownHost } from './shownHost.ts';
import type { Target, Targets } from './targets.ts';
import { Writer } from './writer.ts';

const LOOK_TIMEOUT_MS = 10_000;
/** Between the two readings of a look that nobody prepared. */
const PAIR_MS = 1000;
export interface MonitorOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  /** The hosts besides this machine. */
  targets: Targets;
  /** Hears every look of an open monitor, also those that failed. */
  onLook?: (look: Look) => void;
  /** Hears which hosts are monitored, whenever that changes. */
  onHosts?: (monitored: ReadonlySet<string>) => void;
}

/** Figures of hosts: looked at, kept, shown live. Nothing is installed on a host. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #settings: HostSettings;
  readonly #history: History;
  readonly #writer: Writer;
  readonly #beats: Beats;
  readonly #feed = new Feed<Sample>();
  readonly #seen = new Map<string, Seen>();
  #stopHouse: (() => void) | undefined;
  /** The inventory as it was last read; each beat asks. */
  #cached: readonly Target[] | undefined;

  constructor(options: MonitorOptions) {
    const { db, clock, log } = options;
    this.#options = options;
    this.#settings = new HostSettings(db);
    this.#history = new History(db);
    this.#writer = new Writer(this.#history, clock, (error) =>
      log.warn('samples could not be written yet', { error }),
    );
    this.#beats = new Beats({
      clock,
      look: (id, ...beat) =>
        this.#beat(id, ...beat).catch((error: unknown) => {
          log.warn('a host could not be looked at', { host: id, error });
          return false;
        }),
    });
  }

  /** Begins to look at the hosts that are monitored. */
  open(): void {
    const { db, clock, log } = this.#options;
    this.#stopHouse ??= keepHouse({
      db,
      clock,
      log,
      history: this.#history,
      hosts: () => this.#targets().map(({ id }) => this.#settings.get(id).number),
    });
    this.hostsChanged();
  }

  /** Brings what is looked at in line with the inventory. `soon` is a host that somebody waits for. */
  hostsChanged(soon?: string): void {
    this.#cached = undefined;
    if (!this.#stopHouse) return;
    const wanted = new Map(
      this.#targets()
        .map(({ id }) => [id, this.#settings.get(id)] as const)
        .filter(([, setting]) => setting.monitored),
    );
    for (const host of this.#beats.hosts()) if (!wanted.has(host)) this.#beats.stop(host);
    for (const [host, { intervalMs }] of wanted) this.#beats.start(host, intervalMs, host === soon);
    this.#options.onHosts?.(new Set(wanted.keys()));
  }

  /** Forgets a host that is gone from the inventory, with its history. */
  hostRemoved(id: string): void {
    this.#beats.stop(id);
    this.#seen.delete(id);
    const { number } = this.#settings.get(id);
    this.#writer.forget(number);
    this.#history.remove(number);
    this.#settings.remove(id);
  }

  /** Somebody reached the host: if it did not answer lately, it is looked at again. */
  hostReached(host: string): void {
    const target = this.#targets().find(({ id, name }) => id === host || name === host);
    if (target) this.#beats.hurry(target.id);
  }

  hosts(): MonitoredHost[] {
    return this.#targets().map((target) => this.#shown(target));
  }

  /** @throws NexusError `monitor.unknown_host` */
  set(host: string, change: { monitored?: boolean; intervalMs?: number }): MonitoredHost {
    const target = this.#target(host);
    this.#settings.set(target.id, change);
    this.hostsChanged(target.id);
    return this.#shown(target);
  }

  metrics(host: string): { metric: string; unit: Series['unit'] }[] {
    const { number } = this.#settings.get(this.#target(host).id);
    return this.#history.metrics(number).map((metric) => ({ metric, unit: unitOf(metric) }));
  }

  /** The newest sample, from memory. */
  latest(host: string): Sample | undefined {
    return this.#seen.get(this.#target(host).id)?.sample;
  }

  /** Looks now, twice where rates need it; also at a host that is not monitored. */
  async look(host: string): Promise<Sample> {
    const target = this.#target(host);
    return this.#sample(target, this.#observe(target));
  }

  /** What a host is. @throws NexusError `monitor.unknown_host`, `monitor.unreadable` */
  facts(host: string): Promise<HostFacts> {
    const { id } = this.#target(host);
    return collectFacts(
      id === LOCAL_HOST ? runHere : (...call) => this.#options.targets.run(id, ...call),
    );
  }

  /** History of one host; the arrays of each series are parallel to `times`. */
  series(question: {
    host: string;
    metrics: readonly string[];
    from: number;
    to: number;
    points: number;
  }) {
    const { number, intervalMs } = this.#settings.get(this.#target(question.host).id);
    this.#writer.flush();
    const { level, step, times, series } = this.#history.query({
      host: number,
      metrics: question.metrics,
      from: question.from / 1000,
      to: question.to / 1000,
      points: question.points,
      nowSecond: this.#options.clock.now() / 1000,
      interval: intervalMs / 1000,
    });
    return {
      level,
      step_seconds: step,
      times,
      series: series.map((line) => ({ ...line, unit: unitOf(line.metric) })),
    };
  }

  /** The newest sample, then each new one; of all hosts without processes. */
  live(host: string | undefined, signal?: AbortSignal): AsyncIterable<Sample> {
    const id = host === undefined ? undefined : this.#target(host).id;
    const known = [...this.#seen.entries()]
      .filter(([one]) => id === undefined || one === id)
      .flatMap(([, { sample }]) => sample ?? []);
    return follow(this.#feed.watch(signal), known, id);
  }

  /** Stops looking and writes what is not written yet. */
  async close(): Promise<void> {
    this.#stopHouse?.();
    this.#stopHouse = undefined;
    await this.#beats.close();
    this.#writer.flush();
  }

  #targets(): readonly Target[] {
    this.#cached ??= [thisMachine, ...this.#options.targets.list()];
    return this.#cached;
  }

  #target(host: string): Target {
    const all = this.#targets();
    const found = all.find(({ id }) => id === host) ?? all.find(({ name }) => name === host);
    if (found) return found;
    throw new NexusError({
      code: 'monitor.unknown_host',
      message: `There is no host ${host}.`,
      hint: 'List the hosts with: nexus host list; this machine is called local.',
    });
  }

  #observe({ id }: Target): Seen {
    let seen = this.#seen.get(id);
    if (!seen) {
      const { targets } = this.#options;
      const read =
        id === LOCAL_HOST
          ? lookHere
          : (options: Parameters<typeof collect>[1]) =>
              collect((...call) => targets.run(id, ...call), options);
      this.#seen.set(id, (seen = { observer: new Observer(read) }));
    }
    return seen;
  }

  async #beat(id: string, signal: AbortSignal, pauseMs: number): Promise<boolean> {
    const { clock, log } = this.#options;
    const target = this.#targets().find((one) => one.id === id);
    if (!target) return false;
    const seen = this.#observe(target);
    try {
      await this.#sample(target, seen, signal);
      return true;
    } catch (thrown) {
      if (signal.aborted) return false;
      const error = toNexusError(thrown);
      const at = clock.now();
      if (!seen.error)
        log.info(`no figures from ${target.name}: ${error.message}`, { code: error.code });
      Object.assign(seen, { error, at });
      // That it did not answer is a value too: the history shows it, and a rule can watch it.
      const values = { up: 0 };
      this.#keep(target, at, values, pauseMs);
      this.#feed.push({ host: id, at: new Date(at).toISOString(), values });
      return false;
    }
  }

  async #sample(target: Target, seen: Seen, signal?: AbortSignal): Promise<Sample> {
    const { clock } = this.#options;
    const options = { timeoutMs: LOOK_TIMEOUT_MS, ...(signal ? { signal } : {}) };
    // The first look has nothing to compare with: a second one follows at once, or nobody would
    // see a processor's load before the next beat.
    if (!seen.observer.primed) {
      await seen.observer.look(options);
      await pause(clock, PAIR_MS, signal);
    }
    const figures = await seen.observer.look(options);
    // Stopped, perhaps removed, while the answer was on its way: it must leave nothing behind.
    signal?.throwIfAborted();
    const at = clock.now();
    const { id } = target;
    const values = { up: 1, ...figures.values };
    const sample: Sample = {
      host: id,
      at: new Date(at).toISOString(),
      values,
      ...(figures.processes ? { processes: figures.processes } : {}),
    };
    seen.sample = sample;
    seen.at = at;
    delete seen.error;
    this.#keep(target, at, values);
    this.#feed.push(sample);
    return sample;
  }

  #keep(host: Target, at: number, values: Readonly<Record<string, number>>, pauseMs = 0): void {
    const { number, intervalMs, monitored } = this.#settings.get(host.id);
    this.#writer.add({ host: number, second: at / 1000, values });
    // A look at a host that is not monitored, or by a command, is no business of the rules.
    if (this.#stopHouse && monitored)
      this.#options.onLook?.({ host, at, values, intervalMs, pauseMs });
  }

  #shown(target: Target): MonitoredHost {
    return shownHost(target, this.#settings.get(target.id), this.#seen.get(target.id));
  }
}

/** The machine that Nexus runs on, as a host. */
export const thisMachine: Target = { id: LOCAL_HOST, name: 'This machine' };

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + ms, resolve);
    signal?.addEventListener('abort', () => (cancel(), resolve()), { once: true });
  });
}

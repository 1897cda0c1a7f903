import type { Database, Statement } from '#main/base/database.ts';

/** So many metrics are kept of one host; more would be a host that invents names. */
export const MOST_METRICS = 1000;
const DAY = 86_400;
/** A metric that was not seen for longer than anything is kept is forgotten. */
const FORGET_AFTER = 367 * DAY;

interface Known {
  slot: number;
  seen: number;
}

/** Numbers a host's metrics, so that a row of history need not repeat their names. */
export class MetricSlots {
  readonly #hosts = new Map<number, Map<string, Known>>();
  readonly #list: Statement;
  readonly #insert: Statement;
  readonly #touch: Statement;
  readonly #forget: Statement;
  readonly #removeHost: Statement;

  constructor(db: Database) {
    this.#list = db.prepare('SELECT slot, metric, seen FROM monitor_metrics WHERE host = ?');
    this.#insert = db.prepare(
      'INSERT INTO monitor_metrics (host, slot, metric, seen) VALUES (?, ?, ?, ?)',
    );
    this.#touch = db.prepare('UPDATE monitor_metrics SET seen = ? WHERE host = ? AND slot = ?');
    this.#forget = db.prepare('DELETE FROM monitor_metrics WHERE host = ? AND seen < ?');
    this.#removeHost = db.prepare('DELETE FROM monitor_metrics WHERE host = ?');
  }

  /** The slots of these metrics, new ones made; inside the caller's transaction. What is beyond the limit is left out. */
  slots(host: number, metrics: Iterable<string>, second: number): Map<string, number> {
    const known = this.#of(host);
    const result = new Map<string, number>();
    for (const metric of metrics) {
      const found = known.get(metric);
      if (found) {
        result.set(metric, found.slot);
        // Once a day is enough to know what is still there.
        if (second - found.seen > DAY) {
          this.#touch.run(second, host, found.slot);
          found.seen = second;
        }
        continue;
      }
      if (known.size >= MOST_METRICS) continue;
      const slot = freeSlot(known);
      this.#insert.run(host, slot, metric, second);
      known.set(metric, { slot, seen: second });
      result.set(metric, slot);
    }
    return result;
  }

  /** The slot of a metric that is known. */
  slot(host: number, metric: string): number | undefined {
    return this.#of(host).get(metric)?.slot;
  }

  /** Names of the metrics of a host. */
  names(host: number): string[] {
    return [...this.#of(host).keys()].sort();
  }

  forgetOld(host: number, now: number): void {
    if (this.#forget.run(host, now - FORGET_AFTER).changes > 0) this.#hosts.delete(host);
  }

  removeHost(host: number): void {
    this.#removeHost.run(host);
    this.#hosts.delete(host);
  }

  /** After a transaction that was rolled back: what is in memory may never have been written. */
  reload(): void {
    this.#hosts.clear();
  }

  #of(host: number): Map<string, Known> {
    let known = this.#hosts.get(host);
    if (!known) {
      const rows = this.#list.all(host) as { slot: number; metric: string; seen: number }[];
      known = new Map(rows.map(({ slot, metric, seen }) => [metric, { slot, seen }]));
      this.#hosts.set(host, known);
    }
    return known;
  }
}

function freeSlot(known: ReadonlyMap<string, Known>): number {
  const taken = new Set([...known.values()].map(({ slot }) => slot));
  let slot = taken.size;
  while (taken.has(slot)) slot -= 1;
  return slot;
}

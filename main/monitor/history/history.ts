import type { Database } from '#main/base/database.ts';
import { decodeRaw, encodeRaw } from './blob.ts';
import { keyOf, raw, rolled } from './levels.ts';
import { type Answer, type Question, readHistory } from './query.ts';
import { rollUp } from './rollUp.ts';
import { retain } from './retain.ts';
import { openStore, type Store } from './store.ts';

/** One sample to be kept. */
export interface Kept {
  /** The host's number, from {@link History.number}. */
  host: number;
  /** Seconds since the epoch. */
  second: number;
  values: Readonly<Record<string, number>>;
}

/**
 * Metrics over time: raw samples for a day, minutes for a month, quarters of an hour for a year.
 * Everything is written in transactions that leave either all or nothing behind, so a process that
 * dies anywhere loses at most what it had not yet been given.
 */
export class History {
  readonly #store: Store;

  constructor(db: Database) {
    this.#store = openStore(db);
  }

  /** Writes samples in one commit. One that is older than a bucket already rolled up has it rolled up again. */
  write(samples: readonly Kept[], nowSecond: number): void {
    const { db, slots, sql } = this.#store;
    const insert = sql('INSERT OR REPLACE INTO monitor_raw (key, data) VALUES (?, ?)');
    const reopen = sql(
      'UPDATE monitor_rolled SET until = ? WHERE host = ? AND level = ? AND until > ?',
    );
    const horizon = nowSecond - raw.keep;
    const write = db.transaction(() => {
      for (const { host, second, values } of samples) {
        // What would be deleted at once, and may share its bucket with rows that are gone.
        if (second < horizon + rolled.at(-1)!.step) continue;
        const numbers = slots.slots(host, Object.keys(values), second);
        const row = new Map<number, number>();
        for (const [metric, slot] of numbers) row.set(slot, values[metric]!);
        insert.run(keyOf(host, second), encodeRaw(row));
        for (const { name, step } of rolled) {
          const start = Math.floor(second / step) * step;
          reopen.run(start, host, name, second);
        }
      }
    });
    try {
      write.immediate();
    } catch (error) {
      slots.reload();
      throw error;
    }
  }

  /** Rolls up what is complete at `nowSecond`, an hour at a time; true when there is more. */
  rollUp(host: number, nowSecond: number): boolean {
    return rollUp(this.#store, host, nowSecond);
  }

  /** Deletes what is older than its level keeps, at most `most` rows a table; true when there is more. */
  retain(host: number, nowSecond: number, most?: number): boolean {
    return retain(this.#store, host, nowSecond, most);
  }

  /** Values between two seconds; see {@link readHistory}. */
  query(question: Question): Answer {
    return readHistory(this.#store, question);
  }

  /** Names of the metrics that a host has or had. */
  metrics(host: number): string[] {
    return this.#store.slots.names(host);
  }

  /** The newest raw row of a host, if it is not older than `since`. */
  newest(
    host: number,
    since: number,
  ): { second: number; values: Record<string, number> } | undefined {
    const row = this.#store
      .sql('SELECT key, data FROM monitor_raw WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1')
      .get(keyOf(host, since), keyOf(host + 1, 0) - 1) as { key: number; data: Buffer } | undefined;
    if (!row) return undefined;
    const bySlot = decodeRaw(row.data);
    const values: Record<string, number> = {};
    for (const metric of this.metrics(host)) {
      const value = bySlot.get(this.#store.slots.slot(host, metric)!);
      if (value !== undefined) values[metric] = value;
    }
    return { second: row.key - keyOf(host, 0), values };
  }

  /** Forgets a host. */
  remove(host: number): void {
    const { db, slots, sql } = this.#store;
    db.transaction(() => {
      for (const table of ['monitor_raw', 'monitor_1m', 'monitor_15m'])
        sql(`DELETE FROM ${table} WHERE key BETWEEN ? AND ?`).run(
          keyOf(host, 0),
          keyOf(host + 1, 0) - 1,
        );
      sql('DELETE FROM monitor_rolled WHERE host = ?').run(host);
      slots.removeHost(host);
    }).immediate();
  }
}

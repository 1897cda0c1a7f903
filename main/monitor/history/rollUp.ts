import { failpoint } from '#main/base/failpoint.ts';
import { type Aggregate, merge, single } from './aggregate.ts';
import { decodeRaw, encodeBucket } from './blob.ts';
import type { Store } from './store.ts';
import { keyOf, type Level, rolled, secondOf } from './levels.ts';

/** Samples are written up to so many seconds after they were taken. */
const GRACE = 10;
/** So much is rolled up in one commit. */
const PIECE = 3600;

interface Row {
  key: number;
  data: Buffer;
}

/**
 * Rolls up the raw rows of complete buckets. Every bucket is computed from all its raw rows and
 * written together with how far the work has come; doing it again, in other pieces or after a crash
 * gives the same rows.
 */
export function rollUp(store: Store, host: number, nowSecond: number): boolean {
  let more = false;
  for (const level of rolled) more = rollLevel(store, host, level, nowSecond) || more;
  return more;
}

function rollLevel(store: Store, host: number, level: Level, nowSecond: number): boolean {
  const { db, sql } = store;
  const end = Math.floor((nowSecond - GRACE) / level.step) * level.step;
  const work = db.transaction(() => {
    const from = beginning(store, host, level);
    if (from === undefined || from >= end) return false;
    const to = Math.min(end, from + PIECE);
    const rows = sql(
      'SELECT key, data FROM monitor_raw WHERE key >= ? AND key < ? ORDER BY key',
    ).all(keyOf(host, from), keyOf(host, to)) as Row[];
    const insert = sql(`INSERT OR REPLACE INTO ${level.table} (key, data) VALUES (?, ?)`);
    for (const [start, values] of buckets(rows, level.step))
      insert.run(keyOf(host, start), encodeBucket(values));
    failpoint('monitor.rolled');
    sql(
      'INSERT INTO monitor_rolled (host, level, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
    ).run(host, level.name, to);
    return to < end;
  });
  return work.immediate();
}

/** Where work goes on: at the first raw row that is not rolled up; a long silence is skipped. */
function beginning({ sql }: Store, host: number, level: Level): number | undefined {
  const done = sql('SELECT until FROM monitor_rolled WHERE host = ? AND level = ?').get(
    host,
    level.name,
  ) as { until: number } | undefined;
  const first = sql('SELECT min(key) AS key FROM monitor_raw WHERE key >= ? AND key < ?').get(
    keyOf(host, done?.until ?? 0),
    keyOf(host + 1, 0),
  ) as { key: number | null };
  if (first.key === null) return undefined;
  return Math.floor(secondOf(first.key) / level.step) * level.step;
}

/** Raw rows by the bucket they lie in. */
function* buckets(
  rows: readonly Row[],
  step: number,
): Generator<[number, ReadonlyMap<number, Aggregate>]> {
  let start: number | undefined;
  let values = new Map<number, Aggregate>();
  for (const { key, data } of rows) {
    const at = Math.floor(secondOf(key) / step) * step;
    if (start !== undefined && at !== start) {
      yield [start, values];
      values = new Map();
    }
    start = at;
    for (const [slot, value] of decodeRaw(data))
      values.set(slot, merge(values.get(slot), single(value)));
  }
  if (start !== undefined) yield [start, values];
}

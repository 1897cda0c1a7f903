import type { Store } from './store.ts';
import { keyOf, levels, raw, rolled } from './levels.ts';

/**
 * Deletes rows of a host beyond their level's time. A raw row goes only when every level above has
 * its bucket, and only with all others of its longest bucket, so that a bucket is never computed
 * again from a part of its rows.
 */
export function retain(store: Store, host: number, nowSecond: number, most = 2000): boolean {
  const { db, sql, slots } = store;
  let more = false;
  const work = db.transaction(() => {
    for (const level of levels) {
      let before = nowSecond - level.keep;
      if (level === raw) before = Math.min(before, rolledUntil(store, host));
      const longest = rolled.at(-1)!.step;
      before = Math.floor(before / longest) * longest;
      const { changes } = sql(
        `DELETE FROM ${level.table} WHERE key IN
         (SELECT key FROM ${level.table} WHERE key >= ? AND key < ? ORDER BY key LIMIT ?)`,
      ).run(keyOf(host, 0), keyOf(host, before), most);
      if (changes === most) more = true;
    }
    slots.forgetOld(host, nowSecond);
  });
  work.immediate();
  return more;
}

function rolledUntil({ sql }: Store, host: number): number {
  const marks = sql('SELECT until FROM monitor_rolled WHERE host = ?').all(host) as {
    until: number;
  }[];
  return marks.length < rolled.length ? 0 : Math.min(...marks.map(({ until }) => until));
}

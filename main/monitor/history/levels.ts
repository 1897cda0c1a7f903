const DAY = 86_400;

/** How finely history is kept, and for how long, in seconds. */
export interface Level {
  name: 'raw' | '1m' | '15m';
  table: string;
  /** Length of a bucket; raw rows stand for themselves. */
  step: number;
  keep: number;
}

export const raw: Level = { name: 'raw', table: 'monitor_raw', step: 1, keep: DAY };
/** The levels that are rolled up from raw rows, the finer first. */
export const rolled: readonly Level[] = [
  { name: '1m', table: 'monitor_1m', step: 60, keep: 30 * DAY },
  { name: '15m', table: 'monitor_15m', step: 900, keep: 366 * DAY },
];
export const levels: readonly Level[] = [raw, ...rolled];

/** Seconds that a key has room for: until the year 2242. */
const SPAN = 2 ** 33;

/** The key of a row: host and second in one integer that sorts by both. Hosts up to a million stay exact. */
export function keyOf(host: number, second: number): number {
  return host * SPAN + Math.min(SPAN - 1, Math.max(0, Math.floor(second)));
}

/** The second of a key. */
export function secondOf(key: number): number {
  return key % SPAN;
}

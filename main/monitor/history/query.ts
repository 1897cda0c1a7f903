import { type Aggregate, merge, single } from './aggregate.ts';
import { decodeBucket, decodeRaw } from './blob.ts';
import type { Store } from './store.ts';
import { keyOf, type Level, raw, rolled, secondOf } from './levels.ts';

export interface Question {
  host: number;
  metrics: readonly string[];
  /** Seconds since the epoch; `from` inclusive, `to` exclusive. */
  from: number;
  to: number;
  /** At most so many steps. */
  points: number;
  nowSecond: number;
  /** Seconds between two samples of the host as it is set now. */
  interval: number;
}

export interface Line {
  metric: string;
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
}

export interface Answer {
  level: Level['name'];
  step: number;
  times: number[];
  series: Line[];
}

interface Point {
  second: number;
  values: Map<number, Aggregate>;
}

/**
 * Reads history at the coarsest level that still gives the steps asked for. What is not rolled up
 * yet comes from raw rows, so that every answer reaches to the newest sample. Where samples are
 * missing, a step without values stands between what is known: nothing is invented.
 */
export function readHistory(store: Store, question: Question): Answer {
  const { host, metrics, from, to, points, nowSecond } = question;
  const wanted = Math.max(1, (to - from) / points);
  const level = pick(from, wanted, nowSecond);
  const step = Math.max(level.step, Math.ceil(wanted / level.step) * level.step);
  const slots = metrics.map((metric) => store.slots.slot(host, metric));
  const needed = new Set(slots.filter((slot) => slot !== undefined));
  const rows = needed.size === 0 ? [] : read(store, question, level, needed);
  const spaced = withGaps(inSteps(rows, step), step, gapLength(rows, question.interval, level));
  const pickOf = (slot: number | undefined, key: 'min' | 'avg' | 'max') =>
    spaced.map(({ values }) => (slot === undefined ? undefined : values.get(slot)?.[key]) ?? null);
  return {
    level: level.name,
    step,
    times: spaced.map(({ second }) => second),
    series: metrics.map((metric, index) => ({
      metric,
      min: pickOf(slots[index], 'min'),
      avg: pickOf(slots[index], 'avg'),
      max: pickOf(slots[index], 'max'),
    })),
  };
}

// The coarsest that is fine enough, as long as the finer ones reach back so far at all.
function pick(from: number, wanted: number, nowSecond: number): Level {
  const reaching = [raw, ...rolled].filter((level) => from >= nowSecond - level.keep);
  return reaching.filter((level) => level.step <= wanted).at(-1) ?? reaching[0] ?? rolled.at(-1)!;
}

function read(
  { sql }: Store,
  { host, from, to }: Question,
  level: Level,
  needed: ReadonlySet<number>,
): Point[] {
  const rows = (table: string, start: number, end: number) =>
    sql(`SELECT key, data FROM ${table} WHERE key >= ? AND key < ? ORDER BY key`).all(
      keyOf(host, start),
      keyOf(host, Math.max(start, end)),
    ) as { key: number; data: Buffer }[];
  const only = <T>(all: Map<number, T>, make: (value: T) => Aggregate) => {
    const values = new Map<number, Aggregate>();
    for (const [slot, value] of all) if (needed.has(slot)) values.set(slot, make(value));
    return values;
  };
  const rawPoints = (start: number) =>
    rows(raw.table, start, to).map(({ key, data }) => ({
      second: secondOf(key),
      values: only(decodeRaw(data), single),
    }));
  if (level === raw) return rawPoints(from);
  const done = sql('SELECT until FROM monitor_rolled WHERE host = ? AND level = ?').get(
    host,
    level.name,
  ) as { until: number } | undefined;
  // A bucket that began before the span belongs to it too.
  const start = Math.floor(from / level.step) * level.step;
  const until = Math.max(start, done?.until ?? start);
  const points = rows(level.table, start, Math.min(to, until)).map(({ key, data }) => ({
    second: secondOf(key),
    values: only(decodeBucket(data), (value) => value),
  }));
  return [...points, ...rawPoints(until)];
}

/** Puts points together that lie in one step. */
function inSteps(points: readonly Point[], step: number): Point[] {
  const result: Point[] = [];
  for (const { second, values } of points) {
    const start = Math.floor(second / step) * step;
    const last = result.at(-1);
    if (last?.second !== start) {
      result.push({ second: start, values: new Map(values) });
      continue;
    }
    for (const [slot, value] of values) last.values.set(slot, merge(last.values.get(slot), value));
  }
  return result;
}

// Two and a half times the usual distance: one lost sample is no gap, two are. The usual distance is
// measured, since the host may have had another interval then.
function gapLength(points: readonly Point[], interval: number, level: Level): number {
  const distances = points
    .slice(1)
    .map(({ second }, i) => second - points[i]!.second)
    .sort((a, b) => a - b);
  const usual = distances[Math.floor(distances.length / 2)] ?? 0;
  return 2.5 * Math.max(interval, level.step === 1 ? usual : Math.max(usual, level.step));
}

function withGaps(points: readonly Point[], step: number, gap: number): Point[] {
  const result: Point[] = [];
  for (const point of points) {
    const last = result.at(-1);
    if (last && point.second - last.second > Math.max(gap, step * 1.5))
      result.push({ second: last.second + step, values: new Map() });
    result.push(point);
  }
  return result;
}

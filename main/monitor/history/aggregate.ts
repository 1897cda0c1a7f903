/** What is kept of a metric over a span of time. */
export interface Aggregate {
  count: number;
  min: number;
  avg: number;
  max: number;
}

/** One value as a span of its own. */
export function single(value: number): Aggregate {
  return { count: 1, min: value, avg: value, max: value };
}

/** Two spans as one. The order in which spans are put together does not matter beyond rounding. */
export function merge(a: Aggregate | undefined, b: Aggregate): Aggregate {
  if (!a) return b;
  const count = a.count + b.count;
  return {
    count,
    min: Math.min(a.min, b.min),
    // By weights and not by sums, so that no sum of large values overflows what is exact.
    avg: a.avg * (a.count / count) + b.avg * (b.count / count),
    max: Math.max(a.max, b.max),
  };
}

import { matchesPattern } from '#main/base/pattern.ts';

/**
 * The metrics of a sample that a rule watches. Without a label a name means the metric itself where
 * the host has it (all of the network), and else every label (every disk); a label may hold `*`.
 */
export function watchedMetrics(wanted: string, metrics: readonly string[]): string[] {
  const colon = wanted.indexOf(':');
  if (colon < 0 && metrics.includes(wanted)) return [wanted];
  const prefix = colon < 0 ? `${wanted}:` : wanted.slice(0, colon + 1);
  const label = colon < 0 ? '*' : wanted.slice(colon + 1);
  return metrics.filter(
    (metric) => metric.startsWith(prefix) && matchesPattern(label, metric.slice(prefix.length)),
  );
}

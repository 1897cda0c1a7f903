import type { OperationTelemetry } from './operations.ts';

/** Figures that come from elsewhere, by name below `nexus_`: `engine_commits_total` and the like. */
export type Figures = Record<string, number>;

/**
 * The text that Prometheus scrapes (text format 0.0.4).
 *
 * @param gauges what goes up and down; `counters` only grow. Names are made valid.
 */
export function exposition(
  operations: OperationTelemetry,
  counters: Figures,
  gauges: Figures,
): string {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string) =>
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  family('nexus_operations_total', 'counter', 'Calls of the table of operations by outcome.');
  for (const [name, { calls, refused, failed }] of operations.latencies()) {
    const label = `operation="${escapeLabel(name)}"`;
    const by = { allowed: calls - refused - failed, refused, failed };
    for (const [outcome, count] of Object.entries(by))
      lines.push(`nexus_operations_total{${label},outcome="${outcome}"} ${count}`);
  }
  family('nexus_operation_seconds', 'histogram', 'Time from a call to its answer.');
  for (const [name, , seconds] of operations.latencies()) {
    const label = `operation="${escapeLabel(name)}"`;
    const counts = seconds.cumulative();
    for (const [i, count] of counts.entries())
      lines.push(
        `nexus_operation_seconds_bucket{${label},le="${seconds.bounds[i] ?? '+Inf'}"} ${count}`,
      );
    lines.push(`nexus_operation_seconds_sum{${label}} ${seconds.sum}`);
    lines.push(`nexus_operation_seconds_count{${label}} ${seconds.count}`);
  }
  for (const [type, figures] of [
    ['counter', counters],
    ['gauge', gauges],
  ] as const) {
    for (const [key, value] of Object.entries(figures)) {
      const name = metricName(key, type);
      family(name, type, `${key.replaceAll('_', ' ')}.`);
      lines.push(`${name} ${Number.isFinite(value) ? value : 'NaN'}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function metricName(key: string, type: 'counter' | 'gauge'): string {
  const name = `nexus_${key.replace(/[^a-zA-Z0-9_]/g, '_')}`;
  return type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

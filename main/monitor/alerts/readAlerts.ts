import type { AlertEntry } from '#contract/alerts.ts';
import { unitOf } from '#contract/monitor.ts';
import type { Database } from '#main/base/database.ts';

interface Row {
  id: string;
  rule: string;
  name: string;
  host: string;
  host_name: string;
  metric: string;
  severity: AlertEntry['severity'];
  comparison: AlertEntry['comparison'];
  threshold: number;
  value: number;
  since: number;
  fired_at: number;
  resolved_at: number | null;
}

/** The newest alerts, with the runs that they started. */
export function readAlerts(db: Database, limit: number): AlertEntry[] {
  const rows = db.prepare('SELECT * FROM alerts ORDER BY id DESC LIMIT ?').all(limit) as Row[];
  const runs = db.prepare('SELECT workflow, run FROM alert_runs WHERE alert = ? ORDER BY run');
  const iso = (ms: number) => new Date(ms).toISOString();
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    name: row.name,
    host: row.host,
    host_name: row.host_name,
    metric: row.metric,
    unit: unitOf(row.metric),
    severity: row.severity,
    comparison: row.comparison,
    threshold: row.threshold,
    value: row.value,
    since: iso(row.since),
    fired_at: iso(row.fired_at),
    ...(row.resolved_at === null ? {} : { resolved_at: iso(row.resolved_at) }),
    runs: runs.all(row.id) as AlertEntry['runs'],
  }));
}

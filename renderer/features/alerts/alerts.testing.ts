import type { AlertEntry, AlertRule, AlertState } from '#contract/alerts.ts';

const since = '2026-03-01T10:00:00.000Z';

export const sampleRule = (name: string, more: Partial<AlertRule> = {}): AlertRule => ({
  id: `rule_${name}`,
  name,
  metric: 'cpu.total',
  unit: 'percent',
  comparison: '>',
  threshold: 90,
  for: '5m',
  hosts: '*',
  severity: 'warning',
  notify: true,
  paused: false,
  created_at: since,
  ...more,
});

/** Where a rule stands with this machine; open where it fires. */
export const sampleState = (name: string, more: Partial<AlertState> = {}): AlertState => ({
  rule: `rule_${name}`,
  name,
  host: 'local',
  host_name: 'This machine',
  metric: 'cpu.total',
  unit: 'percent',
  severity: 'warning',
  comparison: '>',
  threshold: 90,
  state: 'ok',
  since,
  value: 97,
  ...(more.state === 'firing' ? { alert: `alert_${name}` } : {}),
  ...more,
});

export const sampleEntry = (name: string, more: Partial<AlertEntry> = {}): AlertEntry => {
  const { state: _state, alert: _alert, ...rest } = sampleState(name);
  return { ...rest, id: `alert_${name}`, fired_at: since, value: 97, runs: [], ...more };
};

import type { AlertRule, AlertRuleFields } from '#contract/alerts.ts';
import { type MetricUnit, unitOf } from '#contract/monitor.ts';

export const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
export type Size = (typeof sizes)[number];

/** A rule while it is typed: numbers are text, bytes have a unit of their own. */
export interface RuleForm {
  name: string;
  metric: string;
  comparison: AlertRule['comparison'];
  threshold: string;
  clear: string;
  size: Size;
  for: string;
  hosts: string;
  severity: AlertRule['severity'];
  notify: boolean;
}

export const emptyForm: RuleForm = {
  name: '',
  metric: 'cpu.total',
  comparison: '>',
  threshold: '90',
  clear: '',
  size: 'GiB',
  for: '5m',
  hosts: '*',
  severity: 'warning',
  notify: true,
};

/** Metrics that most rules are about, offered first. */
export const usualMetrics = [
  'cpu.total',
  'memory.used_percent',
  'memory.available',
  'swap.used_percent',
  'disk.used_percent',
  'load.5',
  'net.received',
  'net.sent',
  'uptime',
  'up',
];

export function isSized(unit: MetricUnit): boolean {
  return unit === 'bytes' || unit === 'bytes_per_second';
}

function factor(form: Pick<RuleForm, 'metric' | 'size'>): number {
  return isSized(unitOf(form.metric)) ? 1024 ** sizes.indexOf(form.size) : 1;
}

/** The largest unit in which the number stays short and exact. */
function sizeOf(value: number): Size {
  const fitting = sizes.filter((_, power) => {
    const amount = value / 1024 ** power;
    return amount >= 1 && Number.isInteger(amount * 100);
  });
  return fitting.at(-1) ?? 'B';
}

export function formOf(rule: AlertRule): RuleForm {
  const size = isSized(rule.unit) ? sizeOf(rule.threshold) : 'GiB';
  const shown = (value: number) => String(value / factor({ metric: rule.metric, size }));
  return {
    name: rule.name,
    metric: rule.metric,
    comparison: rule.comparison,
    threshold: shown(rule.threshold),
    clear: rule.clear === undefined ? '' : shown(rule.clear),
    size,
    for: rule.for,
    hosts: rule.hosts,
    severity: rule.severity,
    notify: rule.notify,
  };
}

/** A number as people type it, with a point or a comma, or as we write it; undefined where it is none. */
function typed(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  return /^-?\d+(\.\d+)?(e[+-]\d{1,3})?$/.test(plain) ? Number(plain) : undefined;
}

/** Names of fields that cannot be used as they are. */
export function wrongFields(form: RuleForm): (keyof RuleForm)[] {
  const wrong: (keyof RuleForm)[] = [];
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(form.name)) wrong.push('name');
  if (!/^[a-z]+(\.[a-z0-9_]+){0,3}(:.{1,128})?$/.test(form.metric)) wrong.push('metric');
  const threshold = typed(form.threshold);
  if (threshold === undefined) wrong.push('threshold');
  if (!/^((\d+(\.\d+)?(ms|s|m|h|d|w))+|\d+(\.\d+)?)$/.test(form.for.trim())) wrong.push('for');
  if (form.hosts.trim() === '') wrong.push('hosts');
  if (form.clear.trim() !== '') {
    const clear = typed(form.clear);
    const beyond =
      clear !== undefined &&
      threshold !== undefined &&
      (form.comparison.startsWith('>') ? clear > threshold : clear < threshold);
    if (clear === undefined || beyond) wrong.push('clear');
  }
  return wrong;
}

/** What the platform is given; only for a form without wrong fields. */
export function fieldsOf(form: RuleForm): AlertRuleFields {
  const scale = factor(form);
  const clear = form.clear.trim() === '' ? undefined : typed(form.clear);
  const duration = form.for.trim();
  return {
    name: form.name,
    metric: form.metric,
    comparison: form.comparison,
    threshold: (typed(form.threshold) ?? 0) * scale,
    ...(clear === undefined ? {} : { clear: clear * scale }),
    // A bare number is seconds.
    for: /^\d+(\.\d+)?$/.test(duration) ? `${duration}s` : duration,
    hosts: form.hosts.trim(),
    severity: form.severity,
    notify: form.notify,
  };
}

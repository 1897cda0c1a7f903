import { z } from 'zod';
import { durationText, instant } from './common.ts';
import { operation } from './define.ts';
import { metricName, metricUnit } from './monitor.ts';
import { stream } from './stream.ts';
import { alertSeverity } from './workflow.ts';

export const comparison = z.enum(['>', '>=', '<', '<=']);
export type Comparison = z.infer<typeof comparison>;

/** A metric as rules name it: without a label it means every label, and a label may hold `*`. */
export const alertMetric = metricName.meta({
  description: 'Such as cpu.total, disk.used_percent (every disk) or disk.used_percent:/srv/*',
});

/** What a person says of a rule. */
export const alertRuleFields = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'lower-case letters, digits, dots, dashes, at most 100'),
  metric: alertMetric,
  comparison,
  threshold: z.number(),
  /** Hysteresis: the alert ends only when the value is back beyond this one. */
  clear: z.number().optional(),
  /** How long it must hold without a break. */
  for: durationText.default('0s'),
  /** Hosts it watches: names, patterns, tags; `*` is all, `local` this machine. */
  hosts: z.string().min(1).max(1000).default('*'),
  severity: alertSeverity.default('warning'),
  /** Whether it shows in the notification centre; workflows start either way. */
  notify: z.boolean().default(true),
});
export type AlertRuleFields = z.infer<typeof alertRuleFields>;

export const alertRule = alertRuleFields.extend({
  id: z.string(),
  for: z.string(),
  unit: metricUnit,
  paused: z.boolean(),
  created_at: instant,
});
export type AlertRule = z.infer<typeof alertRule>;

export const alertState = z.object({
  rule: z.string(),
  name: z.string(),
  host: z.string(),
  host_name: z.string(),
  /** With its label. */
  metric: z.string(),
  unit: metricUnit,
  severity: alertSeverity,
  comparison,
  threshold: z.number(),
  /** `pending`: the condition holds, not yet long enough. */
  state: z.enum(['ok', 'pending', 'firing', 'no_data']),
  /** Since when the condition holds, or the state is what it is. */
  since: instant,
  /** The newest value that is known. */
  value: z.number().optional(),
  /** Id of the open alert, also while its host gives no data. */
  alert: z.string().optional(),
});
export type AlertState = z.infer<typeof alertState>;

/** One alert from the moment it fired to its end. */
export const alertEntry = alertState.omit({ state: true, alert: true, value: true }).extend({
  id: z.string(),
  /** When it fired: it had held long enough. */
  fired_at: instant,
  resolved_at: instant.optional(),
  value: z.number(),
  runs: z.array(z.object({ workflow: z.string(), run: z.string() })),
});
export type AlertEntry = z.infer<typeof alertEntry>;

const ref = z.object({ id: z.string() });

export const alerts = {
  rules: operation('GET /alert-rules', {
    title: 'List alert rules',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ rules: z.array(alertRule) })),
  add: operation('POST /alert-rules', {
    title: 'Add alert rule',
    role: 'operator',
    audit: 'input',
  })
    .input(alertRuleFields)
    .output(z.object({ rule: alertRule })),
  update: operation('PATCH /alert-rules/{id}', {
    title: 'Change alert rule',
    role: 'operator',
    audit: 'input',
  })
    .input(alertRuleFields.extend(ref.shape))
    .output(z.object({ rule: alertRule })),
  remove: operation('DELETE /alert-rules/{id}', {
    title: 'Remove alert rule',
    role: 'operator',
    audit: 'input',
  })
    .input(ref)
    .output(z.object({ removed: z.boolean() })),
  pause: operation('POST /alert-rules/{id}/pause', {
    title: 'Pause alert rule',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(ref)
    .output(z.object({ rule: alertRule })),
  resume: operation('POST /alert-rules/{id}/resume', {
    title: 'Resume alert rule',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(ref)
    .output(z.object({ rule: alertRule })),
  /** Where each rule stands, for each host and metric that it watches. */
  states: operation('GET /alert-states', {
    title: 'List alert states',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({ state: alertState.shape.state.optional(), host: z.string().optional() }))
    .output(z.object({ states: z.array(alertState) })),
  /** The newest first. */
  history: operation('GET /alerts', {
    title: 'List alerts',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(z.object({ alerts: z.array(alertEntry) })),
  /** Each rule or state that changed, by the rule's id. */
  watch: operation('GET /alert-changes', {
    title: 'Watch alerts',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(z.object({ changed: z.string() }))),
};

/** What a workflow that an alert started sees as `trigger`, besides `kind` and `source` (the alert's id). */
export interface AlertPayload {
  /** Name of the rule. */
  rule: string;
  /** Name of the host. */
  host: string;
  metric: string;
  value: number;
  threshold: number;
  severity: z.infer<typeof alertSeverity>;
  /** Since when the condition holds, ISO 8601. */
  since: string;
  state: 'firing' | 'resolved';
  /** Id of the alert: the same when it fires and when it ends. */
  alert: string;
}

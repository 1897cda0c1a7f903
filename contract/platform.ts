import { z } from 'zod';
import { instant, json } from './common.ts';
import { operation, roles } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

export const role = z.enum(roles);

export const platformStatus = z.object({
  pid: z.number().int(),
  version: z.string(),
  home: z.string(),
  /** The dashboard's address; null while HTTP is off. */
  address: z.string().nullable(),
  started_at: instant,
  uptime_seconds: z.number(),
  schedules: z.number().int(),
  active_runs: z.number().int(),
  next_schedule: z.object({ workflow: z.string(), at: instant }).optional(),
  /** `ready`, or why nothing runs. */
  engine: z.enum(['ready', 'stopping', 'fenced', 'failed']),
  problems: z.array(errorShape),
});
export type PlatformStatus = z.infer<typeof platformStatus>;

export const notification = z.object({
  id: z.string(),
  at: instant,
  level: z.enum(['info', 'ok', 'warn', 'danger']),
  title: z.string(),
  body: z.string().optional(),
  /** Route in the window, e.g. `/runs/run_…`. */
  link: z.string().optional(),
  read: z.boolean(),
});
export type Notification = z.infer<typeof notification>;

/** Each setting by itself; what it is where nobody has said anything is in {@link settings}. */
const setting = {
  retention_days: z.number().int().min(1).max(3650),
  retention_runs: z.number().int().min(10).max(1_000_000),
  max_parallel_steps: z.number().int().min(1).max(1000),
  desktop_notifications: z.boolean(),
  vault_idle_minutes: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .describe('The vault locks after so many minutes without use; 0: never.'),
  vault_lock_with_screen: z
    .boolean()
    .describe('The vault locks when the screen is locked or the machine sleeps.'),
  /** Lines of each terminal that can be scrolled back to. */
  terminal_scrollback: z.number().int().min(100).max(20_000),
  'ssh.production_approval': z
    .enum(['off', 'on'])
    .describe('Whether commands on production hosts need an approval.'),
  environment: z.string().max(40).describe('Badge in the header, e.g. production.'),
};

export const settings = z.object({
  retention_days: setting.retention_days.default(30),
  retention_runs: setting.retention_runs.default(10_000),
  max_parallel_steps: setting.max_parallel_steps.default(16),
  desktop_notifications: setting.desktop_notifications.default(true),
  vault_idle_minutes: setting.vault_idle_minutes.default(60),
  vault_lock_with_screen: setting.vault_lock_with_screen.default(true),
  terminal_scrollback: setting.terminal_scrollback.default(5000),
  'ssh.production_approval': setting['ssh.production_approval'].default('off'),
  environment: setting.environment.default(''),
});
export type Settings = z.infer<typeof settings>;

export const token = z.object({
  id: z.string(),
  name: z.string(),
  role,
  created_at: instant,
  last_used_at: instant.optional(),
  expires_at: instant.optional(),
});
export type Token = z.infer<typeof token>;

export const caller = z.object({
  name: z.string(),
  role,
  face: z.enum(['window', 'dashboard', 'rest', 'cli', 'engine', 'scheduler', 'webhook']),
});
export type Caller = z.infer<typeof caller>;

export const platform = {
  status: operation('GET /status', { title: 'Show status', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(platformStatus),
  watch: operation('GET /status-changes', {
    title: 'Watch status',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(platformStatus)),
  whoami: operation('GET /whoami', { title: 'Show who I am', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(caller),
  /** The platform's own log: what is held in memory, then what comes. */
  logs: operation('GET /logs', {
    title: 'Watch platform log',
    role: 'operator',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(
      stream(
        z.object({
          at: instant,
          level: z.enum(['debug', 'info', 'warn', 'error']),
          part: z.string(),
          message: z.string(),
          fields: json.optional(),
        }),
      ),
    ),
  /** A one-time login link for the dashboard, good for ten minutes. */
  loginLink: operation('POST /login-links', {
    title: 'Make login link',
    role: 'admin',
    audit: 'call',
  })
    .input(z.object({ role: role.default('admin') }))
    .output(z.object({ url: z.string(), expires_at: instant })),
  /** Counters since the start: operations, refusals, failures, commits. */
  metrics: operation('GET /metrics-summary', {
    title: 'Show metrics',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(
      z.object({
        operations: z.record(
          z.string(),
          z.object({
            calls: z.number(),
            refused: z.number(),
            failed: z.number(),
            ms_total: z.number(),
          }),
        ),
        engine: z.record(z.string(), z.number()),
      }),
    ),
};

export const settingsOperations = {
  get: operation('GET /settings', { title: 'Show settings', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(settings),
  set: operation('PATCH /settings', { title: 'Change settings', role: 'admin', audit: 'input' })
    // Not `settings.partial()`: what is left out would come in with its default, and be reset.
    .input(z.object(setting).partial())
    .output(settings),
};

export const tokens = {
  list: operation('GET /tokens', { title: 'List tokens', role: 'admin', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ tokens: z.array(token) })),
  /** `secret` is shown this once; only its SHA-256 is kept. */
  create: operation('POST /tokens', { title: 'Create token', role: 'admin', audit: 'input' })
    .input(z.object({ name: z.string().min(1).max(80), role, expires_at: instant.optional() }))
    .output(z.object({ token, secret: z.string() })),
  revoke: operation('DELETE /tokens/{id}', { title: 'Revoke token', role: 'admin', audit: 'input' })
    .input(z.object({ id: z.string() }))
    .output(z.object({ revoked: z.boolean() })),
};

export const notifications = {
  list: operation('GET /notifications', {
    title: 'List notifications',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ notifications: z.array(notification) })),
  read: operation('POST /notifications/read', {
    title: 'Mark notifications read',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({ ids: z.array(z.string()).optional() }))
    .output(z.object({ read: z.number().int() })),
  watch: operation('GET /notification-changes', {
    title: 'Watch notifications',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(notification)),
};

/** See `contract/stream.ts`. */
export const streams = {
  ack: operation('POST /streams/{stream}/ack', {
    title: 'Acknowledge stream',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({ stream: z.string(), bytes: z.number().int().nonnegative() }))
    .output(z.object({})),
};

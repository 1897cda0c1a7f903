import { z } from 'zod';
import { durationText, instant, json } from './common.ts';
import { operation } from './define.ts';
import { stream } from './stream.ts';

/** Words in other languages than English, by language code: `{ "de": "Täglich um 09:00" }`. */
const wordsIn = z.record(z.string(), z.string());

export const schedule = z.object({
  id: z.string(),
  workflow: z.string(),
  /** `file`: written in the workflow's `on.schedule`; `added`: made with `cron add` or in the window. */
  origin: z.enum(['file', 'added']),
  /** As authored: `0 9 * * MON-FRI`, `every 5m`, `at 2026-12-24T18:00`. */
  expression: z.string(),
  /** The same in plain English. */
  words: z.string(),
  words_in: wordsIn.optional(),
  timezone: z.string(),
  jitter: z.string().optional(),
  missed: z.enum(['none', 'last', 'all']),
  paused: z.boolean(),
  inputs: json.optional(),
  /** Up to ten. */
  next: z.array(instant),
  last_at: instant.optional(),
  last_run: z.string().optional(),
});
export type Schedule = z.infer<typeof schedule>;

export const firing = z.object({
  schedule: z.string(),
  workflow: z.string(),
  due_at: instant,
  fired_at: instant,
  /** `skipped` by the workflow's concurrency, `missed` while nothing ran, `refused` because the workflow is invalid. */
  outcome: z.enum(['started', 'skipped', 'missed', 'refused']),
  run: z.string().optional(),
  reason: z.string().optional(),
});
export type Firing = z.infer<typeof firing>;

const ref = z.object({ id: z.string() });
const spec = z.object({
  cron: z.string().optional(),
  every: durationText.optional(),
  at: z.string().optional(),
  timezone: z.string().optional(),
});

export const schedules = {
  list: operation('GET /schedules', { title: 'List schedules', role: 'viewer', audit: 'none' })
    .input(z.object({ workflow: z.string().optional() }))
    .output(z.object({ schedules: z.array(schedule) })),
  add: operation('POST /schedules', {
    title: 'Add schedule',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(
      spec.extend({
        workflow: z.string(),
        jitter: durationText.optional(),
        missed: z.enum(['none', 'last', 'all']).default('last'),
        inputs: z.record(z.string(), json).optional(),
      }),
    )
    .output(z.object({ schedule })),
  remove: operation('DELETE /schedules/{id}', {
    title: 'Remove schedule',
    role: 'operator',
    audit: 'input',
  })
    .input(ref)
    .output(z.object({ removed: z.boolean() })),
  pause: operation('POST /schedules/{id}/pause', {
    title: 'Pause schedule',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(ref)
    .output(z.object({ schedule })),
  resume: operation('POST /schedules/{id}/resume', {
    title: 'Resume schedule',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(ref)
    .output(z.object({ schedule })),
  history: operation('GET /schedules/{id}/history', {
    title: 'Show firings',
    role: 'viewer',
    audit: 'none',
  })
    .input(ref.extend({ limit: z.coerce.number().int().min(1).max(500).default(50) }))
    .output(z.object({ firings: z.array(firing) })),
  /** The next firings of an expression that need not exist as a schedule. `from` is exclusive. Times carry the zone's offset. */
  next: operation('POST /schedule-preview', {
    title: 'Next firings',
    role: 'viewer',
    audit: 'none',
  })
    .input(
      spec.extend({
        from: z.string().optional(),
        count: z.coerce.number().int().min(1).max(1000).default(10),
      }),
    )
    .output(
      z.object({
        next: z.array(z.string()),
        words: z.string(),
        words_in: wordsIn.optional(),
        timezone: z.string(),
      }),
    ),
  /** The whole list again whenever something about it changed. */
  watch: operation('GET /schedule-changes', {
    title: 'Watch schedules',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(z.object({ changed: z.array(z.string()) }))),
};

import { z } from 'zod';
import { instant, json } from './common.ts';
import { operation } from './define.ts';
import { runRef, runSummary } from './runs.ts';

export const approval = z.object({
  /** `RUN/STEP` (or `RUN/STEP[INDEX]`). */
  id: z.string(),
  run: z.string(),
  workflow: z.string(),
  step: z.string(),
  title: z.string(),
  message: z.string().optional(),
  choices: z.array(z.string()),
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string().optional(),
      type: z.enum(['string', 'number', 'boolean', 'text']),
      required: z.boolean().optional(),
      default: json.optional(),
      options: z.array(z.string()).optional(),
    }),
  ),
  /** Roles or names that may decide; empty: every operator. */
  who: z.array(z.string()),
  asked_at: instant,
  due_at: instant.optional(),
  default_choice: z.string().optional(),
});
export type Approval = z.infer<typeof approval>;

export const interruption = z.object({
  run: z.string(),
  workflow: z.string(),
  step: z.string(),
  index: z.number().int().optional(),
  name: z.string().optional(),
  uses: z.string(),
  since: instant,
  /** What the step was about to do, redacted. */
  inputs: json.optional(),
});
export type Interruption = z.infer<typeof interruption>;

/** What runs wait for, people and events, and how it reaches them: part of `runs` in the table. */
export const runWaits = {
  resolve: operation('POST /runs/{id}/resolve', {
    title: 'Resolve interrupted step',
    role: 'operator',
    audit: 'input',
  })
    .input(
      runRef.extend({
        step: z.string(),
        index: z.number().int().optional(),
        action: z.enum(['retry', 'skip', 'fail']),
      }),
    )
    .output(z.object({ run: runSummary })),
  approvals: operation('GET /approvals', { title: 'List approvals', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ approvals: z.array(approval), interrupted: z.array(interruption) })),
  approve: operation('POST /runs/{id}/approve', {
    title: 'Decide approval',
    role: 'operator',
    audit: 'input',
  })
    .input(
      runRef.extend({
        step: z.string().optional(),
        index: z.number().int().optional(),
        choice: z.string().optional(),
        fields: z.record(z.string(), json).default({}),
        comment: z.string().max(2000).optional(),
      }),
    )
    .output(z.object({ run: runSummary })),
  /** Delivers an event that a `wait` step with `for: event` waits for. */
  event: operation('POST /events/{name}', {
    title: 'Send event',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(z.object({ name: z.string(), key: z.string().optional(), data: json.optional() }))
    .output(z.object({ delivered: z.number().int() })),
};

import { z } from 'zod';
import { instant, json, pageInput, pageOf } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

export const runStatus = z.enum([
  'queued',
  'running',
  'waiting',
  'interrupted',
  'succeeded',
  'failed',
  'cancelled',
]);
export type RunStatus = z.infer<typeof runStatus>;
export const terminalRunStatuses: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

export const stepStatus = z.enum([
  'pending',
  'running',
  'waiting',
  'interrupted',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
]);
export type StepStatus = z.infer<typeof stepStatus>;

export const triggerInfo = z.object({
  kind: z.enum([
    'manual',
    'schedule',
    'webhook',
    'workflow_completed',
    'alert',
    'workflow',
    'retry',
    'api',
  ]),
  /** Schedule id, webhook path, completed run's, alert's or parent run's id. */
  source: z.string().optional(),
  /** Who started it, where a person did. */
  by: z.string().optional(),
  /** What expressions see as `trigger`: webhook `{method, path, headers, query, body}`, schedule `{due_at}`, completed `{run, workflow, status, outputs}`, alert `{rule, host, metric, value, threshold, severity, since, state}`. */
  payload: json.optional(),
});
export type TriggerInfo = z.infer<typeof triggerInfo>;

export const runSummary = z.object({
  id: z.string(),
  workflow: z.string(),
  status: runStatus,
  trigger: triggerInfo.omit({ payload: true }),
  created_at: instant,
  started_at: instant.optional(),
  ended_at: instant.optional(),
  error: errorShape.optional(),
  /** The step that failed, waits or was interrupted. */
  at_step: z.string().optional(),
  steps_total: z.number().int(),
  steps_done: z.number().int(),
  /** The run that this one retries, or was started from. */
  parent: z.string().optional(),
  definition_hash: z.string(),
});
export type RunSummary = z.infer<typeof runSummary>;

/** One attempt of a step or an item. */
export const stepAttempt = z.object({
  /** From 1. */
  attempt: z.number().int(),
  started_at: instant.optional(),
  ended_at: instant.optional(),
  error: errorShape.optional(),
});
export type StepAttempt = z.infer<typeof stepAttempt>;

/** How many of a step's attempts are kept, the latest. */
export const ATTEMPTS_KEPT = 20;

/** One step of a run; a `foreach` step has its items in `items`. */
export const runStep = z.object({
  id: z.string(),
  name: z.string().optional(),
  uses: z.string(),
  status: stepStatus,
  attempts: z.number().int(),
  started_at: instant.optional(),
  ended_at: instant.optional(),
  /** When a wait, retry or approval falls due. */
  due_at: instant.optional(),
  /** What outside the run it waits for: `vault`. */
  blocked_by: z.string().optional(),
  /** The `with` as it was resolved, secrets redacted; absent until the step started. */
  inputs: json.optional(),
  outputs: json.optional(),
  /** Where outputs over 256 KiB are, with `outputs` holding a preview. */
  outputs_file: z.string().optional(),
  error: errorShape.optional(),
  items: z
    .array(
      z.object({
        index: z.number().int(),
        status: stepStatus,
        attempts: z.number().int(),
        started_at: instant.optional(),
        ended_at: instant.optional(),
        outputs: json.optional(),
        error: errorShape.optional(),
        history: z.array(stepAttempt).optional(),
        pinned: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Its attempts, the oldest first and at most the last 20; where there was more than one. */
  history: z.array(stepAttempt).optional(),
  /**
   * It was not executed in this run: pinned outputs were used, or it was kept from the run that this
   * one retries. Its times are then those of the run that executed it.
   */
  pinned: z.boolean().optional(),
});
export type RunStep = z.infer<typeof runStep>;

export const runDetail = runSummary.extend({
  inputs: json.optional(),
  trigger: triggerInfo,
  steps: z.array(runStep),
  outputs: json.optional(),
  /** The YAML text that this run is pinned to. */
  source: z.string(),
});
export type RunDetail = z.infer<typeof runDetail>;

/** What a live view receives: the whole run first, then changes. */
export const runEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: runDetail }),
  z.object({
    type: z.literal('status'),
    id: z.string(),
    status: runStatus,
    at: instant,
    error: errorShape.optional(),
    outputs: json.optional(),
  }),
  z.object({ type: z.literal('step'), id: z.string(), step: runStep }),
  z.object({ type: z.literal('end'), id: z.string() }),
]);
export type RunEvent = z.infer<typeof runEvent>;

export const logLine = z.object({
  /** Position in the run's log, from 1; resume a stream with `after`. */
  seq: z.number().int(),
  at: instant,
  step: z.string(),
  /** Item of a foreach step. */
  index: z.number().int().optional(),
  attempt: z.number().int(),
  stream: z.enum(['stdout', 'stderr', 'system']),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

export const runRef = z.object({ id: z.string() });

export const runs = {
  start: operation('POST /workflows/{name}/runs', {
    title: 'Run workflow',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(
      z.object({
        name: z.string(),
        inputs: z.record(z.string(), json).default({}),
        /** The workflow's text, to run a file that is not in the workflows folder (or an unsaved edit). */
        source: z.string().optional(),
        /** Start at this step, taking the outputs of what comes before from `pinned` or from run `from_run`. */
        from_step: z.string().optional(),
        from_run: z.string().optional(),
        /** Outputs by step id: such a step is not executed, it has succeeded with these. */
        pinned: z.record(z.string(), json).optional(),
        /** A second call with the same key starts nothing and answers with the first run. */
        dedupe_key: z.string().max(200).optional(),
      }),
    )
    .output(z.object({ run: runSummary })),
  list: operation('GET /runs', { title: 'List runs', role: 'viewer', audit: 'none' })
    .input(
      pageInput.extend({
        workflow: z.string().optional(),
        status: z.union([runStatus, z.array(runStatus)]).optional(),
        since: instant.optional(),
      }),
    )
    .output(pageOf(runSummary)),
  get: operation('GET /runs/{id}', { title: 'Show run', role: 'viewer', audit: 'none' })
    .input(runRef)
    .output(z.object({ run: runDetail })),
  watch: operation('GET /runs/{id}/events', {
    title: 'Watch run',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(runRef)
    .output(stream(runEvent)),
  /** Every change of any run, for lists; starts with nothing. */
  changes: operation('GET /run-changes', {
    title: 'Watch all runs',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(runSummary)),
  log: operation('GET /runs/{id}/log', {
    title: 'Read run log',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(
      runRef.extend({
        step: z.string().optional(),
        after: z.coerce.number().int().default(0),
        follow: z.boolean().default(false),
      }),
    )
    .output(stream(logLine)),
  cancel: operation('POST /runs/{id}/cancel', {
    title: 'Cancel run',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(runRef.extend({ reason: z.string().optional() }))
    .output(z.object({ run: runSummary })),
  retry: operation('POST /runs/{id}/retry', {
    title: 'Retry run',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(
      runRef.extend({
        /** `failed`: keep what succeeded; `start`: everything again. */
        from: z.enum(['failed', 'start']).default('failed'),
        /** `same`: the version the run is pinned to; `latest`: the file as it is now. */
        version: z.enum(['same', 'latest']).default('same'),
      }),
    )
    .output(z.object({ run: runSummary })),
};

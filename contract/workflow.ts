import { z } from 'zod';
import { durationText, json } from './common.ts';

/**
 * The workflow language `nexus/v1`: what a person writes in `NEXUS_HOME/workflows/NAME.yaml`.
 * These schemas are the single source of the JSON Schema, the editor's forms and the reference page.
 * A step's `with` is validated by its kind (see `main/workflows/kinds`).
 */

export const workflowName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,99}$/,
    'lower-case letters, digits, dots, dashes and underscores, at most 100',
  );
export const stepId = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
    'a letter or underscore, then letters, digits, dashes and underscores, at most 64',
  );

export const inputDefinition = z.strictObject({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']).default('string'),
  description: z.string().optional(),
  default: json.optional(),
  enum: z.array(json).min(1).optional(),
  required: z
    .boolean()
    .optional()
    .meta({ description: 'Whether a run needs it; true where there is no default.' }),
  secret: z.boolean().optional().meta({ description: 'Masked in forms and redacted in logs.' }),
});
export type InputDefinition = z.infer<typeof inputDefinition>;

export const overlapMode = z.enum(['queue', 'skip', 'cancel']);

export const scheduleTrigger = z.strictObject({
  cron: z.string().optional().meta({ description: 'Five or six fields, names, @daily, L, #, W.' }),
  every: durationText.optional(),
  at: z
    .string()
    .optional()
    .meta({ description: 'One instant, ISO 8601; without an offset it is read in `timezone`.' }),
  timezone: z.string().optional().meta({ description: 'IANA zone; default: the machine’s.' }),
  jitter: durationText.optional(),
  missed: z
    .enum(['none', 'last', 'all'])
    .default('last')
    .meta({ description: 'What to do with firings missed during sleep or shutdown.' }),
  max_missed: z.number().int().min(1).max(1000).default(100),
  inputs: z.record(z.string(), json).optional(),
  enabled: z.boolean().default(true),
});
export type ScheduleTrigger = z.infer<typeof scheduleTrigger>;

export const webhookAuth = z.union([
  z.literal('none'),
  z.strictObject({
    hmac: z.strictObject({
      scheme: z.enum(['standard-webhooks', 'github']),
      secret: z.string().meta({ description: 'Name of the secret.' }),
      tolerance: durationText.default('5m').meta({ description: 'Replay window.' }),
    }),
  }),
  z.strictObject({ bearer: z.strictObject({ secret: z.string() }) }),
]);

export const webhookTrigger = z.strictObject({
  path: z.string().regex(/^\/?[A-Za-z0-9][A-Za-z0-9/_.-]{0,199}$/, 'a path below /hooks/'),
  methods: z
    .array(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .min(1)
    .default(['POST']),
  auth: webhookAuth,
  respond: z.enum(['on_receive', 'when_finished', 'by_step']).default('on_receive'),
  max_body: z
    .union([z.number().int().positive(), z.string().regex(/^\d+(\.\d+)?\s*(B|KB|KiB|MB|MiB)$/)])
    .default('1MiB'),
  dedupe: z.string().optional().meta({
    description:
      'An expression over `trigger`, `${{ }}` optional; deliveries with the same value start one run.',
  }),
  inputs: z
    .record(z.string(), json)
    .optional()
    .meta({ description: 'Inputs of the run; expressions over `trigger`.' }),
  enabled: z.boolean().default(true),
});
export type WebhookTrigger = z.infer<typeof webhookTrigger>;

export const workflowCompletedTrigger = z.strictObject({
  workflow: workflowName,
  status: z
    .array(z.enum(['succeeded', 'failed', 'cancelled']))
    .min(1)
    .default(['succeeded']),
  inputs: z.record(z.string(), json).optional(),
});

export const alertSeverity = z.enum(['info', 'warning', 'critical']);
export type AlertSeverity = z.infer<typeof alertSeverity>;

export const alertTrigger = z.strictObject({
  rules: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .meta({
      description: 'Names of alert rules; `*` stands for any characters. Default: every rule.',
    }),
  severity: z
    .union([alertSeverity, z.array(alertSeverity).min(1)])
    .optional()
    .meta({ description: 'Only alerts of these severities. Default: all.' }),
  hosts: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .meta({ description: 'Names of hosts; `*` stands for any characters. Default: every host.' }),
  state: z
    .array(z.enum(['firing', 'resolved']))
    .min(1)
    .default(['firing'])
    .meta({ description: 'Start when an alert fires, when it has ended, or both.' }),
  inputs: z
    .record(z.string(), json)
    .optional()
    .meta({ description: 'Inputs of the run; expressions over `trigger`.' }),
  enabled: z.boolean().default(true),
});
export type AlertTrigger = z.infer<typeof alertTrigger>;

export const manualTrigger = z.strictObject({}).nullable().or(z.literal(true));

export const triggers = z.strictObject({
  manual: manualTrigger.optional(),
  schedule: z.union([scheduleTrigger, z.array(scheduleTrigger)]).optional(),
  webhook: z.union([webhookTrigger, z.array(webhookTrigger)]).optional(),
  workflow_completed: z
    .union([workflowCompletedTrigger, z.array(workflowCompletedTrigger)])
    .optional(),
  alert: z.union([alertTrigger, z.array(alertTrigger)]).optional(),
});

export const retryPolicy = z.strictObject({
  attempts: z
    .number()
    .int()
    .min(1)
    .max(100)
    .meta({ description: 'How often the step is tried in all, the first time included.' }),
  backoff: durationText.default('1s'),
  factor: z.number().min(1).max(10).default(2),
  max: durationText.default('5m'),
  jitter: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .meta({ description: 'Share of the delay that is random.' }),
  on: z.array(z.string()).optional().meta({
    description:
      'Error codes to retry on (a trailing * matches any ending); default: every error that may pass.',
  }),
});

export const onInterrupted = z.enum(['ask', 'retry', 'skip', 'fail']);

/** `fail`, `continue`, or `{ goto: step }`. */
export const onError = z.union([z.enum(['fail', 'continue']), z.strictObject({ goto: stepId })]);

const stepCore = {
  id: stepId,
  name: z.string().max(200).optional(),
  uses: z.string().meta({ description: 'The step kind, e.g. shell.' }),
  with: z.record(z.string(), z.unknown()).optional(),
};

/** What undoes a step that succeeded when a later one fails: a kind and its `with`; `true` uses the kind's own rollback. */
export const rollback = z.union([
  z.literal(true),
  z.strictObject({
    uses: z.string(),
    with: z.record(z.string(), z.unknown()).optional(),
    timeout: durationText.optional(),
  }),
]);

export const step = z.strictObject({
  ...stepCore,
  needs: z
    .union([stepId, z.array(stepId)])
    .optional()
    .meta({
      description: 'Steps that must end first; default: the one before; [] starts at once.',
    }),
  if: z.union([z.string(), z.boolean()]).optional().meta({
    description:
      'A condition; `success()`, `failure()` and `always()` look at what the step needs. Default: success().',
  }),
  foreach: z.union([z.string(), z.array(json)]).optional(),
  max_parallel: z.number().int().min(1).max(1000).optional(),
  retry: retryPolicy.optional(),
  timeout: durationText.optional(),
  on_error: onError.optional(),
  on_interrupted: onInterrupted.optional(),
  rollback: rollback.optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  note: z.string().optional(),
});
export type Step = z.infer<typeof step>;

export const concurrency = z.strictObject({
  group: z.string(),
  mode: overlapMode.default('queue'),
  max: z.number().int().min(1).max(1000).default(1),
});

export const editorLayout = z.strictObject({
  positions: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
  notes: z
    .array(
      z.strictObject({
        id: z.string(),
        text: z.string(),
        x: z.number(),
        y: z.number(),
        width: z.number().optional(),
        height: z.number().optional(),
      }),
    )
    .optional(),
});

export const workflow = z.strictObject({
  version: z.literal('nexus/v1').default('nexus/v1'),
  name: workflowName,
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  on: triggers.optional(),
  inputs: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), inputDefinition).optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  concurrency: z.union([z.string(), concurrency]).optional(),
  timeout: durationText.optional(),
  on_interrupted: onInterrupted.optional(),
  allow_private_addresses: z
    .boolean()
    .optional()
    .meta({ description: 'Lets http steps reach loopback and private networks.' }),
  file_roots: z.array(z.string()).optional().meta({
    description:
      'Folders that file steps may touch; default: the run’s own folder and NEXUS_HOME/files.',
  }),
  steps: z.array(step).min(1).max(2000),
  outputs: z.record(z.string(), json).optional(),
  on_failure: z
    .array(step)
    .optional()
    .meta({ description: 'Steps that run when the run has failed.' }),
  editor: editorLayout.optional().meta({ description: 'Where the visual editor put things.' }),
});
/** A valid workflow, defaults filled in. */
export type Workflow = z.infer<typeof workflow>;

import { z } from 'zod';
import { instant, json } from './common.ts';
import { operation } from './define.ts';
import { problemSchema } from './errors.ts';
import { runSummary } from './runs.ts';
import { workflow } from './workflow.ts';

export const effects = z.enum(['pure', 'idempotent', 'once']);
export type Effects = z.infer<typeof effects>;

/** A step kind as the palette, the inspector's form, the schema and the reference page see it. */
export const kindInfo = z.object({
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  /** Name of a lucide icon. */
  icon: z.string(),
  group: z.enum(['Run', 'Data', 'Flow', 'People', 'Files', 'Network', 'Other']),
  effects,
  /** JSON Schema 2020-12 of `with`; `x-nexus-*` keys steer the form (`x-nexus-editor: shell | javascript | expression | text`). */
  with: json,
  /** JSON Schema of the outputs. */
  outputs: json,
  /** YAML of one example step. */
  example: z.string(),
});
export type KindInfo = z.infer<typeof kindInfo>;

export const workflowSummary = z.object({
  name: z.string(),
  description: z.string().optional(),
  tags: z.array(z.string()),
  /** File name below the workflows folder. */
  file: z.string(),
  modified_at: instant,
  valid: z.boolean(),
  problems: z.array(problemSchema),
  steps: z.number().int(),
  triggers: z.array(z.enum(['manual', 'schedule', 'webhook', 'workflow_completed', 'alert'])),
  /** Triggers switched on. */
  enabled: z.boolean(),
  last_run: runSummary.optional(),
  next_at: instant.optional(),
});
export type WorkflowSummary = z.infer<typeof workflowSummary>;

export const workflowDetail = workflowSummary.extend({
  /** The YAML text as it is on disk. */
  source: z.string(),
  /** SHA-256 of the text; send it back when saving, so that nobody's edit is lost. */
  hash: z.string(),
  /** Parsed, when valid. */
  definition: workflow.optional(),
});
export type WorkflowDetail = z.infer<typeof workflowDetail>;

export const template = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  /** A part of Nexus that is not there yet and that this template needs. */
  needs_part: z.string().optional(),
  source: z.string(),
  steps: z.array(z.object({ id: z.string(), uses: z.string(), needs: z.array(z.string()) })),
});
export type Template = z.infer<typeof template>;

/** A name an expression may use at some place, for autocomplete. */
export const expressionName = z.object({
  label: z.string(),
  detail: z.string().optional(),
  type: z.enum(['variable', 'function', 'property', 'keyword']),
  value: json.optional(),
});

const named = z.object({ name: z.string() });

export const workflows = {
  list: operation('GET /workflows', { title: 'List workflows', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ workflows: z.array(workflowSummary) })),
  get: operation('GET /workflows/{name}', { title: 'Show workflow', role: 'viewer', audit: 'none' })
    .input(named)
    .output(z.object({ workflow: workflowDetail })),
  validate: operation('POST /workflow-validation', {
    title: 'Validate workflow',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({ source: z.string(), file: z.string().optional() }))
    .output(
      z.object({
        valid: z.boolean(),
        problems: z.array(problemSchema),
        definition: workflow.optional(),
      }),
    ),
  save: operation('PUT /workflows/{name}', {
    title: 'Save workflow',
    role: 'operator',
    audit: 'input',
  })
    .input(
      named.extend({
        source: z.string().max(2_000_000),
        /** The hash this edit is based on; absent to create. A mismatch is refused with `workflow.changed`. */
        base_hash: z.string().optional(),
      }),
    )
    .output(z.object({ workflow: workflowDetail })),
  create: operation('POST /workflows', {
    title: 'New workflow',
    role: 'operator',
    audit: 'input',
    palette: true,
  })
    .input(
      z.object({
        name: z.string(),
        template: z.string().optional(),
        source: z.string().optional(),
      }),
    )
    .output(z.object({ workflow: workflowDetail })),
  rename: operation('POST /workflows/{name}/rename', {
    title: 'Rename workflow',
    role: 'operator',
    audit: 'input',
  })
    .input(named.extend({ to: z.string() }))
    .output(z.object({ workflow: workflowDetail })),
  /** Moves the file to the trash folder below NEXUS_HOME; `restore` brings it back. */
  remove: operation('DELETE /workflows/{name}', {
    title: 'Delete workflow',
    role: 'operator',
    audit: 'input',
  })
    .input(named)
    .output(z.object({ trash: z.string() })),
  restore: operation('POST /workflow-trash/{trash}/restore', {
    title: 'Restore workflow',
    role: 'operator',
    audit: 'input',
  })
    .input(z.object({ trash: z.string() }))
    .output(z.object({ workflow: workflowDetail })),
  enable: operation('POST /workflows/{name}/enable', {
    title: 'Switch triggers on or off',
    role: 'operator',
    audit: 'input',
  })
    .input(named.extend({ enabled: z.boolean() }))
    .output(z.object({ workflow: workflowSummary })),
  kinds: operation('GET /step-kinds', { title: 'List step kinds', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ kinds: z.array(kindInfo) })),
  schema: operation('GET /workflow-schema', {
    title: 'Show workflow schema',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ schema: json })),
  templates: operation('GET /templates', { title: 'List templates', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ templates: z.array(template) })),
  /** Evaluates one text with `${{ }}` against a run, for the inspector's preview. Secrets appear as ***. */
  preview: operation('POST /expression-preview', {
    title: 'Preview expression',
    role: 'viewer',
    audit: 'none',
  })
    .input(
      z.object({
        text: z.string(),
        run: z.string().optional(),
        workflow: z.string().optional(),
        step: z.string().optional(),
      }),
    )
    .output(
      z.object({
        value: json.optional(),
        error: z.string().optional(),
        names: z.array(expressionName),
      }),
    ),
};

import type { Json } from '#contract/common.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { Harness } from '../kinds/harness.testing.ts';
import { builtinKinds } from '../kinds/index.ts';
import type { StepOutcome } from '../kinds/kind.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import {
  parseWorkflow,
  type CompiledStep,
  type CompiledWorkflow,
  type Scope,
} from '../language/index.ts';
import { createTemplates } from './index.ts';

/** How a test answers what a template asks of people and of the world. */
export interface Answers {
  approvals?: Record<string, { choice: string; fields?: Record<string, Json> }>;
  /** Data of the event that a step waits for; a step without one runs into its timeout. */
  events?: Record<string, Json>;
  secrets?: Record<string, string>;
}

export interface TemplateRun {
  status: 'succeeded' | 'failed';
  steps: Scope['steps'];
  outputs: Record<string, Json>;
  error?: { code: string; message: string };
}

/** The templates that ship, compiled against the kinds that ship. */
export const templates = createTemplates('resources/templates');
const kinds = createKindRegistry(builtinKinds);

/**
 * Walks through a template in the order of its file with the real language and the real kinds:
 * what the scripts and expressions do is true, while durability and parallel work, which are the
 * engine's, are left out. Waits end at once.
 */
export async function runTemplate(
  id: string,
  inputs: Record<string, Json>,
  h: Harness,
  answers: Answers = {},
): Promise<TemplateRun> {
  const { compiled, problems } = parseWorkflow((await templates.get(id)).source, { kinds });
  if (!compiled) throw new Error(JSON.stringify(problems));
  const scope = firstScope(compiled, inputs, answers);
  scope.env = compiled.env.evaluate(scope);
  let error: TemplateRun['error'];
  for (const step of compiled.steps) error ??= await visit(step, scope, h, answers);
  if (error) {
    scope.needs = { failed: true, cancelled: false };
    for (const step of compiled.onFailure) await visit(step, scope, h, answers);
    return { status: 'failed', steps: scope.steps, outputs: {}, error };
  }
  const outputs = compiled.outputs.evaluate(scope);
  return { status: 'succeeded', steps: scope.steps, outputs };
}

function firstScope(
  compiled: CompiledWorkflow,
  inputs: Record<string, Json>,
  answers: Answers,
): Scope {
  const defaults = Object.entries(compiled.inputs).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  return {
    inputs: { ...(Object.fromEntries(defaults) as Record<string, Json>), ...inputs },
    steps: {},
    run: {
      id: 'run_1',
      workflow: compiled.name,
      started_at: new Date(0).toISOString(),
      attempt: 1,
    },
    trigger: { kind: 'manual' },
    env: {},
    secret: (name) => answers.secrets?.[name] ?? '',
    needs: { failed: false, cancelled: false },
  };
}

async function visit(step: CompiledStep, scope: Scope, h: Harness, answers: Answers) {
  try {
    const wanted = step.condition?.evaluate(scope) ?? true;
    const outputs = wanted ? await executeAll(step, scope, h, answers) : {};
    const status = wanted ? 'succeeded' : 'skipped';
    scope.steps[step.id] = { status, outputs, error: null };
    return undefined;
  } catch (thrown) {
    const { code, message } = toNexusError(thrown);
    const outputs = thrown instanceof SomeFailed ? thrown.outputs : {};
    scope.steps[step.id] = { status: 'failed', outputs, error: { code, message } };
    return step.onError === 'continue' ? undefined : { code, message };
  }
}

async function executeAll(step: CompiledStep, scope: Scope, h: Harness, answers: Answers) {
  if (!step.foreach) return executeOne(step, scope, h, answers);
  const all: Json[] = [];
  let failed: unknown;
  for (const [index, item] of step.foreach.evaluate(scope).entries()) {
    const one = executeOne(step, { ...scope, item, index }, h, answers);
    all.push(
      await one.catch((error: unknown) => {
        failed = error;
        return null;
      }),
    );
  }
  if (failed !== undefined) throw new SomeFailed(failed, all);
  return all;
}

/** Some items of a foreach step failed; the others have outputs. */
class SomeFailed extends Error {
  readonly outputs: Json[];
  constructor(cause: unknown, outputs: Json[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.outputs = outputs;
  }
}

async function executeOne(step: CompiledStep, scope: Scope, h: Harness, answers: Answers) {
  const env = { ...scope.env, ...step.env.evaluate(scope) };
  const input = step.kind.with.parse(step.with.evaluate({ ...scope, env }));
  const context = {
    ...h.context,
    env,
    step: { id: step.id, attempt: 1 },
    fileRoots: [h.context.runFolder()],
    allowPrivateAddresses: true,
  };
  return settle(step.id, await step.kind.execute(input, context), h, answers);
}

async function settle(
  id: string,
  outcome: StepOutcome,
  h: Harness,
  answers: Answers,
): Promise<Json> {
  switch (outcome.type) {
    case 'approval': {
      const { choice, fields = {} } = answers.approvals?.[id] ?? { choice: outcome.defaultChoice! };
      return { choice, fields, by: 'owner', timed_out: answers.approvals?.[id] === undefined };
    }
    case 'wait_event': {
      const data = answers.events?.[outcome.name];
      return { data: data ?? null, timed_out: data === undefined };
    }
    case 'subworkflow': {
      const run = await runTemplate(outcome.workflow, outcome.inputs, h, answers);
      if (run.status === 'failed') throw new Error(run.error!.message);
      return { ...(run.outputs as object), run: 'run_2', status: run.status, outputs: run.outputs };
    }
    default:
      return outcome.outputs;
  }
}

import type { Json } from '#contract/common.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { CompiledStep, Scope } from '../language/compiled.ts';
import type { Core } from './core.ts';
import { needsFailed } from './decide.ts';
import type { LiveRun } from './live-run.ts';
import { INPUTS_AT, preview, readSpilled } from './outputs.ts';
import { WHOLE, type StepRecord } from './records.ts';
import { shownInputs } from './shown-inputs.ts';

/** What a step is executed with. */
export interface Resolved {
  input: unknown;
  env: Record<string, string>;
  /** The resolved `with` as JSON text, redacted, for the journal. */
  text: string;
}

const constants = new WeakMap<CompiledStep, Resolved>();

/**
 * Resolves a step's `with` and `env` now, checks them against the kind's schema.
 * @throws NexusError `expression.failed`, `secret.missing`, `step.input_invalid`
 */
export function resolveStep(core: Core, run: LiveRun, at: number, record: StepRecord): Resolved {
  const step = run.stage.graph.steps[at]!;
  const constant = constants.get(step);
  if (constant) return constant;
  const scope = aim(run, at, record);
  const env = environmentOf(run, step, scope);
  const raw = step.with.evaluate(scope);
  const parsed = step.kind.with.safeParse(raw);
  if (!parsed.success) throw inputInvalid(step, parsed.error.issues);
  const shown = core.options.redactJson(shownInputs(step, raw as Json));
  let text = JSON.stringify(shown);
  if (text.length > INPUTS_AT) text = JSON.stringify(preview(shown));
  const resolved = { input: parsed.data, env, text };
  const free = run.compiled.env.constant && step.env.constant && step.with.constant;
  if (free && run.stage.phase !== 'rollback') constants.set(step, resolved);
  return resolved;
}

/** The scope as this step or item sees it. One object per run: evaluation is synchronous. */
export function aim(run: LiveRun, at: number, record: StepRecord | undefined): Scope {
  const { scope, stage } = run;
  scope.needs.failed = needsFailed(stage.graph, stage.codes, at);
  scope.needs.cancelled = run.record.stop?.type === 'cancel';
  if (record && record.index !== WHOLE) {
    scope.item = stage.items.get(at)!.list[record.index]!;
    scope.index = record.index;
  } else {
    delete scope.item;
    delete scope.index;
  }
  scope.env = workflowEnvironment(run, scope);
  return scope;
}

function workflowEnvironment(run: LiveRun, scope: Scope): Record<string, string> {
  if (run.env === undefined) {
    scope.env = {};
    run.env = run.compiled.env.evaluate(scope);
  }
  return run.env;
}

function environmentOf(run: LiveRun, step: CompiledStep, scope: Scope): Record<string, string> {
  const own = step.env.evaluate(scope);
  for (const _ in own) {
    scope.env = { ...run.env, ...own };
    break;
  }
  return scope.env;
}

/** The error of whatever an expression threw; such errors do not pass by trying again. */
export function evaluationError(thrown: unknown): NexusError {
  const error = toNexusError(thrown);
  return new NexusError({
    ...error.toShape(),
    details: { ...error.details, retryable: false },
    cause: error,
  });
}

function inputInvalid(
  step: CompiledStep,
  issues: readonly { path: PropertyKey[]; message: string }[],
): NexusError {
  const list = issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  return new NexusError({
    code: 'step.input_invalid',
    message: `What “${step.id}” was given does not fit: ${list.map((one) => (one.path ? `${one.path}: ` : '') + one.message).join('; ')}.`,
    hint: 'Check the values of its expressions in the run’s inputs and outputs.',
    details: { issues: list, retryable: false },
  });
}

/** Makes an ended step visible to expressions; large outputs are read when an expression names them. */
export function expose(core: Core, run: LiveRun, id: string, record: StepRecord, value: unknown) {
  const entry = {
    status: record.status as string,
    outputs: value as Json,
    error: (record.error ?? null) as Json,
  };
  const file = record.outputsFile;
  if (file !== null && value === undefined) {
    let whole: Json | undefined;
    Object.defineProperty(entry, 'outputs', {
      enumerable: true,
      get: () => (whole ??= readSpilled(core.options.outputs, run.record.id, file)),
    });
  }
  run.scope.steps[id] = entry;
}

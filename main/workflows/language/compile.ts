import { createHash } from 'node:crypto';
import type { Json } from '#contract/common.ts';
import type { Step, Workflow } from '#contract/workflow.ts';
import { durationMs } from '#main/base/duration.ts';
import type { StepKind, Unresolved } from '../kinds/kind.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import type { CompiledRetry, CompiledStep, CompiledValue, CompiledWorkflow } from './compiled.ts';
import { compileCondition } from './condition.ts';
import { stepGraph } from './graph.ts';
import {
  compileJson,
  compileList,
  compileRecord,
  compileString,
  compileUnresolved,
  constant,
  type Site,
} from './value.ts';

/** Turns a valid definition into what the engine runs. */
export function compileWorkflow(
  definition: Workflow,
  source: string,
  kinds: KindRegistry,
): CompiledWorkflow {
  const { steps, on_failure: onFailure = [], concurrency } = definition;
  const site: Site = { stepIds: new Set([...steps, ...onFailure].map((s) => s.id)) };
  const group =
    typeof concurrency === 'string'
      ? { group: concurrency, mode: 'queue' as const, max: 1 }
      : concurrency;
  return {
    name: definition.name,
    hash: sourceHash(source),
    source,
    definition,
    inputs: definition.inputs ?? {},
    env: compileRecord(definition.env ?? {}, (value) => compileString(value, site)),
    steps: compileSteps(steps, definition, kinds, site),
    onFailure: compileSteps(onFailure, definition, kinds, site),
    outputs: compileRecord(definition.outputs ?? {}, (value) => compileJson(value, site)),
    concurrency: group && {
      group: compileString(group.group, site),
      mode: group.mode,
      max: group.max,
    },
    timeoutMs: optionalMs(definition.timeout),
  };
}

/** SHA-256 (hex) of a workflow's text: what a run is pinned to. */
export function sourceHash(source: string): string {
  return createHash('sha256').update(source, 'utf8').digest('hex');
}

function compileSteps(
  steps: Step[],
  definition: Workflow,
  kinds: KindRegistry,
  site: Site,
): CompiledStep[] {
  const graph = stepGraph(
    steps.map((s) => ({
      id: s.id,
      needs: typeof s.needs === 'string' ? [s.needs] : s.needs,
      goto: typeof s.on_error === 'object' ? s.on_error.goto : undefined,
    })),
  );
  return steps.map((step) => {
    const kind = kinds.get(step.uses)!;
    const authored = step.with ?? {};
    return {
      id: step.id,
      name: step.name,
      kind,
      effects: typeof kind.effects === 'function' ? kind.effects(authored) : kind.effects,
      needs: graph.needs.get(step.id)!,
      condition: compileCondition(step.if, graph.jumpers.get(step.id), site),
      with: compileWith(kind, authored, site),
      env: compileRecord(step.env ?? {}, (value) => compileString(value, site)),
      foreach: compileForeach(step.foreach, site),
      maxParallel: step.max_parallel ?? 10,
      retry: compileRetry(step.retry),
      timeoutMs: optionalMs(step.timeout),
      onError: step.on_error ?? 'fail',
      onInterrupted: step.on_interrupted ?? definition.on_interrupted ?? 'ask',
      rollback: compileRollback(step, kind, kinds, site),
    };
  });
}

function compileWith(
  kind: StepKind,
  authored: Record<string, unknown>,
  site: Site,
): CompiledValue<Record<string, Json | Unresolved>> {
  const own = new Set(kind.unresolved ?? []);
  return compileRecord(
    authored as Record<string, Json>,
    (value, path): CompiledValue<Json | Unresolved> =>
      typeof value === 'string' && own.has(String(path[0]))
        ? compileUnresolved(value, site)
        : compileJson(value, site),
  );
}

function compileForeach(foreach: Step['foreach'], site: Site): CompiledValue<Json[]> | undefined {
  if (foreach === undefined) return undefined;
  if (typeof foreach === 'string') return compileList(foreach, site);
  return compileJson(foreach, site) as CompiledValue<Json[]>;
}

function compileRetry(retry: Step['retry']): CompiledRetry | undefined {
  return (
    retry && {
      attempts: retry.attempts,
      backoffMs: durationMs(retry.backoff),
      factor: retry.factor,
      maxMs: durationMs(retry.max),
      jitter: retry.jitter,
      on: retry.on,
    }
  );
}

function compileRollback(
  step: Step,
  kind: StepKind,
  kinds: KindRegistry,
  site: Site,
): CompiledStep['rollback'] {
  const { rollback } = step;
  if (rollback === undefined) return undefined;
  if (rollback === true) return { kind, with: constant({}), own: true, timeoutMs: undefined };
  const other = kinds.get(rollback.uses)!;
  return {
    kind: other,
    with: compileWith(other, rollback.with ?? {}, site),
    own: false,
    timeoutMs: optionalMs(rollback.timeout),
  };
}

function optionalMs(duration: string | number | undefined): number | undefined {
  return duration === undefined ? undefined : durationMs(duration);
}

import type { CompiledStep, CompiledValue, Scope } from '../language/compiled.ts';
import type { StepKind } from '../kinds/kind.ts';
import type { Items, LiveRun } from './live-run.ts';
import { WHOLE, type StepRecord } from './records.ts';
import { values } from './steps.ts';
import { ROLLBACK } from './view.ts';

/**
 * What undoes the run's successes, the latest first, as steps of their own: one after the other,
 * and a failed one does not keep the others from their turn.
 */
export function rollbackSteps(run: LiveRun): CompiledStep[] {
  const byId = new Map(run.compiled.steps.map((step) => [step.id, step]));
  const undo: CompiledStep[] = [];
  for (const record of run.successes.toSorted((a, b) => b.order - a.order)) {
    const step = byId.get(record.step);
    // What was carried over from another run is that run's to undo.
    if (!step?.rollback || record.pinned) continue;
    undo.push(rollbackStep(run, step, record, undo.at(-1)?.id));
  }
  return undo;
}

function rollbackStep(
  run: LiveRun,
  step: CompiledStep,
  record: StepRecord,
  after: string | undefined,
): CompiledStep {
  const { kind, with: given, own, timeoutMs } = step.rollback!;
  const id = ROLLBACK + record.step + (record.index === WHOLE ? '' : `[${record.index}]`);
  const seen = <T>(value: CompiledValue<T>): CompiledValue<T> => ({
    constant: false,
    evaluate: (scope) => value.evaluate(asItem(run, record, scope)),
  });
  return {
    ...step,
    id,
    name: undefined,
    kind: own ? undoing(run, kind, record) : kind,
    effects: own ? 'idempotent' : effectsOf(run, kind, step.id),
    needs: after === undefined ? [] : [after],
    condition: always,
    with: seen(own ? step.with : given),
    env: seen(step.env),
    foreach: undefined,
    timeoutMs: timeoutMs ?? step.timeoutMs,
    onError: 'continue',
    rollback: undefined,
  };
}

const always: CompiledValue<boolean> = { constant: true, evaluate: () => true };

function effectsOf(run: LiveRun, kind: StepKind, id: string): CompiledStep['effects'] {
  if (typeof kind.effects !== 'function') return kind.effects;
  const authored = run.compiled.definition.steps.find((step) => step.id === id)?.rollback;
  return kind.effects((typeof authored === 'object' && authored.with) || {});
}

function asItem(run: LiveRun, record: StepRecord, scope: Scope): Scope {
  if (record.index === WHOLE) return scope;
  const item = itemsOf(run, record.step)?.list[record.index];
  return { ...scope, index: record.index, ...(item === undefined ? {} : { item }) };
}

function itemsOf(run: LiveRun, step: string): Items | undefined {
  const at = run.main.graph.position.get(step);
  return at === undefined ? undefined : run.main.items.get(at);
}

// A kind's own rollback, as a kind that executes.
function undoing(run: LiveRun, kind: StepKind, record: StepRecord): StepKind {
  return {
    ...kind,
    execute: async (input, context) => {
      const items = itemsOf(run, record.step);
      const outputs =
        record.index === WHOLE || !items
          ? (run.scope.steps[record.step]?.outputs ?? null)
          : (values(items)[record.index] ?? null);
      await kind.rollback?.(input, outputs, context);
      return { type: 'done', outputs: null };
    },
  };
}

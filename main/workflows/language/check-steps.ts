import type { KindRegistry } from '../kinds/registry.ts';
import type { StepKind } from '../kinds/kind.ts';
import { checkBare, checkValue, type Visible } from './check-expressions.ts';
import { stepGraph, type StepGraph } from './graph.ts';
import { asRecord, isRecord, type LooseStep } from './loose.ts';
import type { Report } from './report.ts';
import { suggestion } from '#main/base/suggest.ts';
import { hasExpression } from './template.ts';
import type { Path } from './value.ts';
import { dataProblems } from './zod-problems.ts';

/** What is known of the whole file while its steps are checked. */
export interface StepsContext {
  kinds: KindRegistry;
  report: Report;
  inputs: ReadonlySet<string>;
  env: ReadonlySet<string>;
  /** Ids of both lists. */
  stepIds: ReadonlySet<string>;
  /** For `on_failure`: the main steps, which may be read (they may not have run). */
  earlier: ReadonlySet<string>;
  where: 'steps' | 'on_failure';
}

/** Checks one list of steps: kinds, references, order, expressions. */
export function checkSteps(steps: LooseStep[], context: StepsContext): StepGraph {
  const named = steps.filter((s): s is LooseStep & { id: string } => s.id !== undefined);
  const graph = stepGraph(
    named.map((s) => ({ id: s.id, needs: s.needs?.map((n) => n.id), goto: s.goto?.id })),
  );
  const here = new Set(named.map((s) => s.id));
  for (const step of steps) {
    checkKind(step.uses, step.raw['with'], [...step.path, 'uses'], [...step.path, 'with'], context);
    checkRollback(step, context);
    checkLinks(step, here, context);
    checkStepExpressions(step, graph, context);
  }
  checkOrder(named, graph, context);
  return graph;
}

function checkKind(
  uses: string | undefined,
  given: unknown,
  usesPath: Path,
  path: Path,
  { kinds, report }: StepsContext,
): StepKind | undefined {
  if (uses === undefined) return undefined;
  const kind = kinds.get(uses);
  if (!kind) {
    const names = kinds.all().map((k) => k.kind);
    report.add({
      code: 'workflow.unknown_kind',
      message: `There is no step kind ${uses}.`,
      hint: suggestion(uses, names, 'kind'),
      path: usesPath,
    });
    return undefined;
  }
  if (given !== undefined && !isRecord(given)) return kind;
  checkWith(kind, given ?? {}, path, report);
  return kind;
}

function checkWith(
  kind: StepKind,
  given: Record<string, unknown>,
  path: Path,
  report: Report,
): void {
  const parsed = kind.with.safeParse(given);
  // What an expression gives is known only at run time; a text that the kind resolves itself is checked as text.
  const later = (value: unknown, at: Path) =>
    typeof value === 'string' &&
    (hasExpression(value) || (at.length === 1 && (kind.unresolved ?? []).includes(String(at[0]))));
  if (!parsed.success) {
    for (const problem of dataProblems(parsed.error, kind.with, given, later)) {
      report.add({ hint: '', ...problem, path: [...path, ...problem.path] });
    }
  }
  for (const problem of kind.check?.(given) ?? []) {
    report.add({
      ...problem,
      hint: problem.hint ?? `See the reference of the kind ${kind.kind}.`,
      path: [...path, ...problem.path],
    });
  }
}

function checkRollback(step: LooseStep, context: StepsContext): void {
  const rollback = step.raw['rollback'];
  const path = [...step.path, 'rollback'];
  if (rollback === true) {
    const kind = step.uses === undefined ? undefined : context.kinds.get(step.uses);
    if (!kind || kind.rollback) return;
    context.report.add({
      code: 'workflow.rollback',
      message: `Steps of kind ${kind.kind} do not know how to undo themselves.`,
      hint: 'Say how: rollback: { uses: shell, with: { run: … } }.',
      path,
    });
  } else if (isRecord(rollback)) {
    const uses = rollback['uses'];
    checkKind(
      typeof uses === 'string' ? uses : undefined,
      rollback['with'],
      [...path, 'uses'],
      [...path, 'with'],
      context,
    );
  }
}

function checkLinks(step: LooseStep, here: ReadonlySet<string>, context: StepsContext): void {
  const links = [...(step.needs ?? []), ...(step.goto ? [step.goto] : [])];
  for (const { id, path } of links) {
    if (here.has(id)) continue;
    const elsewhere = context.stepIds.has(id);
    context.report.add({
      code: 'workflow.unknown_step',
      message: elsewhere
        ? `The step ${id} is not in the same list of steps.`
        : `There is no step ${id}.`,
      hint: elsewhere
        ? 'Steps of on_failure start after the others have ended; they need only each other.'
        : suggestion(id, here, 'step'),
      path,
    });
  }
}

function checkOrder(
  steps: (LooseStep & { id: string })[],
  graph: StepGraph,
  { report }: StepsContext,
): void {
  const byId = new Map(steps.map((s) => [s.id, s]));
  for (const cycle of graph.cycles) {
    const step = byId.get(cycle[0]!)!;
    const need = step.needs?.find((n) => n.id === cycle[1]);
    const jumps = cycle.slice(1).some((id, i) => byId.get(id)?.goto?.id === cycle[i]);
    report.add({
      code: 'workflow.cycle',
      message:
        cycle.length === 2
          ? `The step ${step.id} waits for itself.`
          : `These steps wait for each other: ${shortWalk(cycle).join(' → ')}.`,
      hint: jumps
        ? 'A jump may only go forward, to a step that nothing before it needs.'
        : 'Remove one of these from needs.',
      path: need?.path ?? [...step.path, 'id'],
    });
  }
  for (const id of graph.stuck) {
    report.add({
      code: 'workflow.unreachable',
      message: `The step ${id} can never run: it waits for steps that wait for each other.`,
      hint: 'Break the circle that is reported above.',
      path: [...byId.get(id)!.path, 'id'],
    });
  }
  for (const step of steps) {
    if (
      step.raw['if'] !== false &&
      !/^\s*(\$\{\{\s*)?false(\s*\}\})?\s*$/.test(String(step.raw['if']))
    )
      continue;
    report.add({
      code: 'workflow.unreachable',
      severity: 'warning',
      message: `The step ${step.id} can never run: its condition is always false.`,
      hint: 'Remove the step, or the condition.',
      path: [...step.path, 'if'],
    });
  }
}

function shortWalk(cycle: string[]): string[] {
  return cycle.length > 12 ? [...cycle.slice(0, 6), '…', ...cycle.slice(-3)] : cycle;
}

function checkStepExpressions(step: LooseStep, graph: StepGraph, context: StepsContext): void {
  const { report } = context;
  const { raw, path } = step;
  const own = Object.keys(asRecord(raw['env']));
  const visible = (roots: Visible['roots'], env: ReadonlySet<string>): Visible => ({
    roots,
    env,
    inputs: context.inputs,
    stepIds: context.stepIds,
    where: 'this place',
    notBefore: (id) => notBefore(id, step, graph, context),
  });
  const loop = raw['foreach'] !== undefined;
  const outer = visible(
    new Set(['inputs', 'run', 'trigger', 'env', 'secrets', 'steps']),
    context.env,
  );
  const roots: Visible['roots'] = loop ? new Set([...outer.roots, 'item', 'index']) : outer.roots;
  const inner = visible(roots, new Set([...context.env, ...own]));
  if (typeof raw['if'] === 'string') checkBare(raw['if'], [...path, 'if'], outer, 'bool', report);
  if (typeof raw['foreach'] === 'string')
    checkBare(raw['foreach'], [...path, 'foreach'], outer, 'list', report);
  else checkValue(raw['foreach'], [...path, 'foreach'], outer, report);
  checkValue(raw['env'], [...path, 'env'], { ...inner, env: context.env }, report);
  checkValue(raw['with'], [...path, 'with'], inner, report);
  const undo = asRecord(raw['rollback'])['with'];
  // The step's own outputs exist when it is undone.
  checkValue(
    undo,
    [...path, 'rollback', 'with'],
    { ...inner, notBefore: (id) => (id === step.id ? undefined : inner.notBefore(id)) },
    report,
  );
}

function notBefore(
  id: string,
  step: LooseStep,
  graph: StepGraph,
  context: StepsContext,
): string | undefined {
  if (context.earlier.has(id)) return undefined;
  if (step.id === undefined) return undefined;
  if (id === step.id) return `The step ${id} reads its own results, which do not exist yet.`;
  if (!graph.needs.has(id)) return `The step ${id} runs only after a failure.`;
  if (graph.isBefore(id, step.id) || graph.stuck.has(step.id)) return undefined;
  return `The step ${id} need not have ended when ${step.id} starts.`;
}

import type { Json } from '#contract/common.ts';
import type { Graph, GraphStep, StepList } from './graph.ts';
import { deriveGraph, emptyGraph } from './graph.ts';
import { type Plan } from './Plan.ts';
import { same } from './same.ts';
import type { Path, Source } from './Source.ts';

/** The graph of a text that is known to parse. */
export function graphOf(source: Source): Graph {
  return deriveGraph(source) ?? emptyGraph;
}

/** Where a step stands in the document. */
export function stepPath(step: Pick<GraphStep, 'list' | 'index'>): [StepList, number] {
  return [step.list, step.index];
}

export function findStep(graph: Graph, id: string): GraphStep | undefined {
  return graph.steps.find((step) => step.id === id);
}

/** An id that nothing has yet, made from a kind or another id: `shell`, `shell-2`, … */
export function freshId(taken: ReadonlySet<string>, wish: string): string {
  const base =
    wish
      .replace(/[^A-Za-z0-9_-]/g, '_')
      .replace(/^(?=[^A-Za-z_])/, '_')
      .slice(0, 56) || 'step';
  if (!taken.has(base)) return base;
  const stem = base.replace(/_\d+$/, '');
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** What a step that stands in a list will wait for. */
export interface Wanted {
  id: string;
  /** As the file says now; undefined where it says nothing. */
  written: string[] | undefined;
  after: string[];
}

/**
 * What `needs` of each step must say so that every step waits for what it should, given the order
 * of the list. Undefined: say nothing, the step follows the one before. A step that says nothing
 * goes on saying nothing wherever that still means the right thing; what is written stays written.
 */
export function wordNeeds(list: readonly Wanted[]): (string[] | undefined)[] {
  return list.map((step, index) => {
    const previous = list[index - 1];
    const implicit = previous ? [previous.id] : [];
    if (step.written === undefined && same(implicit, step.after)) return undefined;
    return step.after;
  });
}

/** Writes `needs` of a step as `wordNeeds` has it; `at` is where the step stands as the plan is now. */
export function writeNeeds(
  plan: Plan,
  at: Path,
  step: GraphStep,
  needs: string[] | undefined,
): void {
  if (same(needs, step.needs)) return;
  if (needs === undefined) plan.remove([...at, 'needs']);
  else plan.set([...at, 'needs'], needsValue(step, needs));
}

function needsValue(step: GraphStep, needs: string[]): Json {
  return needs.length === 1 && typeof step.needs === 'string' ? (needs[0] as string) : needs;
}

/** Whether `target` waits for `source`, at once or through others. */
export function reaches(graph: Graph, source: string, target: string): boolean {
  const after = new Map(graph.steps.map((step) => [step.id, step.after]));
  const seen = new Set<string>();
  const open = [target];
  while (open.length > 0) {
    const id = open.pop() as string;
    if (id === source) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(after.get(id) ?? []));
  }
  return false;
}

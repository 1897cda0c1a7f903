import type { CompiledStep } from '../language/compiled.ts';

/** A list of steps with its arrows as positions: what {@link decide} walks. */
export interface Graph {
  steps: CompiledStep[];
  position: Map<string, number>;
  needs: number[][];
  dependents: number[][];
  roots: number[];
}

const known = new WeakMap<CompiledStep[], Graph>();

/** The graph of `steps`, built once per compiled workflow. Unknown needs are ignored: the compiler refuses them. */
export function graphOf(steps: CompiledStep[]): Graph {
  const found = known.get(steps);
  if (found) return found;
  const position = new Map(steps.map((step, at) => [step.id, at]));
  const needs = steps.map((step) =>
    step.needs.map((id) => position.get(id)).filter((at) => at !== undefined),
  );
  const dependents: number[][] = steps.map(() => []);
  needs.forEach((list, at) => {
    for (const need of list) dependents[need]!.push(at);
  });
  const roots = steps.map((_, at) => at).filter((at) => needs[at]!.length === 0);
  const graph = { steps, position, needs, dependents, roots };
  known.set(steps, graph);
  return graph;
}

/** Everything reachable from `from` along the arrows, `from` itself left out. */
export function descendants(graph: Graph, from: number): Set<number> {
  const seen = new Set<number>();
  const stack = [...graph.dependents[from]!];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    stack.push(...graph.dependents[at]!);
  }
  return seen;
}

/** Everything that `from` needs, directly or not. */
export function ancestors(graph: Graph, from: number): Set<number> {
  const seen = new Set<number>();
  const stack = [...graph.needs[from]!];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    stack.push(...graph.needs[at]!);
  }
  return seen;
}

/** Positions so that each comes after everything that it needs. */
export function topological(graph: Graph): number[] {
  const waiting = graph.needs.map((needs) => needs.length);
  const order = [...graph.roots];
  for (const at of order)
    for (const next of graph.dependents[at]!) if (--waiting[next]! === 0) order.push(next);
  return order;
}

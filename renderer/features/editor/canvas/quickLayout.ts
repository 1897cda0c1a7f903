import type { Graph, StepList } from '../document/graph.ts';

export const NODE_WIDTH = 244;
export const NODE_HEIGHT = 60;
const GAP_X = 48;
const GAP_Y = 64;

export type Positions = Readonly<Record<string, readonly [number, number]>>;

/**
 * Layers by the longest way from a start, rows centred: good enough to be seen until the real
 * layout arrives, in time that grows with the number of edges only.
 */
export function quickLayout(graph: Graph): Positions {
  return beside(layered(graph, 'steps'), layered(graph, 'on_failure'));
}

/** Two parts of a graph, the second to the right of the first and on its height. */
export function beside(left: Positions, right: Positions): Positions {
  const edges = Object.values(left).map(([x]) => x + NODE_WIDTH);
  const starts = Object.values(right).map(([x]) => x);
  if (edges.length === 0 || starts.length === 0) return { ...left, ...right };
  const shift = Math.max(...edges) + 2 * GAP_X - Math.min(...starts);
  const moved = Object.entries(right).map(([id, [x, y]]) => [id, [x + shift, y]] as const);
  return { ...left, ...Object.fromEntries(moved) };
}

function layered(graph: Graph, list: StepList): Positions {
  const layer = new Map<string, number>();
  const steps = graph.steps.filter((step) => step.list === list);
  const after = new Map(steps.map((step) => [step.id, step.after]));
  const depth = (id: string, open: Set<string>): number => {
    const known = layer.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return 0;
    open.add(id);
    const before = (after.get(id) ?? []).filter((other) => after.has(other));
    const result =
      before.length === 0 ? 0 : Math.max(...before.map((other) => depth(other, open))) + 1;
    open.delete(id);
    layer.set(id, result);
    return result;
  };
  const rows: string[][] = [];
  for (const step of steps) {
    const row = depth(step.id, new Set());
    (rows[row] ??= []).push(step.id);
  }
  const places = rows.flatMap((row, y) => {
    const width = row.length * NODE_WIDTH + (row.length - 1) * GAP_X;
    return row.map((id, x): [string, [number, number]] => [
      id,
      [Math.round(x * (NODE_WIDTH + GAP_X) - width / 2), y * (NODE_HEIGHT + GAP_Y)],
    ]);
  });
  return Object.fromEntries(places);
}

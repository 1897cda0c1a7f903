/** A step as the picture needs it. */
export interface GraphStep {
  id: string;
  uses: string;
  needs: readonly string[];
}

export interface PlacedStep extends GraphStep {
  column: number;
  row: number;
}

/**
 * Places steps in columns by their longest way from a start (layered drawing, first phase of
 * Sugiyama's method), and in rows by their order in the file. Unknown needs and cycles are ignored.
 */
export function layoutGraph(steps: readonly GraphStep[]): {
  steps: PlacedStep[];
  columns: number;
  rows: number;
} {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const depth = new Map<string, number>();
  const visiting = new Set<string>();
  const depthOf = (step: GraphStep): number => {
    const known = depth.get(step.id);
    if (known !== undefined) return known;
    if (visiting.has(step.id)) return 0;
    visiting.add(step.id);
    let found = 0;
    for (const id of step.needs) {
      const before = byId.get(id);
      if (before) found = Math.max(found, depthOf(before) + 1);
    }
    visiting.delete(step.id);
    depth.set(step.id, found);
    return found;
  };
  const filled: number[] = [];
  const placed = steps.map((step) => {
    const column = depthOf(step);
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    return { ...step, column, row };
  });
  return { steps: placed, columns: filled.length, rows: Math.max(0, ...filled.map((n) => n ?? 0)) };
}

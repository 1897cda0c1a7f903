/** What decides the order of steps, of a file that may be wrong or of a valid one. */
export interface GraphStep {
  id: string;
  /** As written; undefined means: follows the step before. */
  needs: string[] | undefined;
  goto: string | undefined;
}

/** The order of the steps of one list. */
export interface StepGraph {
  /** By step, what it waits for; only ids that exist. A jump's target waits for the steps that may jump to it. */
  needs: ReadonlyMap<string, string[]>;
  /** Steps that run only when jumped to, with those that may jump. */
  jumpers: ReadonlyMap<string, string[]>;
  /** Each a closed walk `a, b, a`; one per knot of steps that wait for each other. */
  cycles: string[][];
  /** Steps that wait, directly or not, for a cycle. */
  stuck: ReadonlySet<string>;
  /** Whether `earlier` has always ended when `later` starts. */
  isBefore(earlier: string, later: string): boolean;
}

/**
 * Works out what waits for what.
 *
 * - A step without `needs` follows the one before it in the list; `needs: []` starts at once.
 * - The target of a jump (`on_error: { goto }`) waits, besides, for every step that may jump to it;
 *   without a jump it is skipped. So a jump goes forward, over the steps between, and what follows
 *   the target waits for both ways.
 */
export function stepGraph(steps: GraphStep[]): StepGraph {
  const ids = new Set(steps.map((s) => s.id));
  const jumpers = new Map<string, string[]>();
  for (const { id, goto } of steps) {
    if (goto === undefined || !ids.has(goto)) continue;
    jumpers.set(goto, [...(jumpers.get(goto) ?? []), id]);
  }
  const needs = new Map<string, string[]>();
  for (const [i, step] of steps.entries()) {
    if (needs.has(step.id)) continue;
    const jumped = jumpers.get(step.id);
    const before = i > 0 ? [steps[i - 1]!.id] : [];
    const own = (step.needs ?? before).filter((id) => ids.has(id));
    needs.set(step.id, [...new Set([...own, ...(jumped ?? [])])]);
  }
  const { order, cycles } = sort(needs);
  const inCycle = new Set(cycles.flat());
  const ancestors = ancestorsOf(needs, order);
  const stuck = order.filter(
    (id) => !inCycle.has(id) && [...inCycle].some((c) => ancestors.has(id, c)),
  );
  return {
    needs,
    jumpers,
    cycles,
    stuck: new Set(stuck),
    isBefore: (earlier, later) => ancestors.has(later, earlier),
  };
}

/** Depth first, without recursion (a chain may have 2000 steps): dependencies come first. */
function sort(needs: ReadonlyMap<string, string[]>): { order: string[]; cycles: string[][] } {
  const state = new Map<string, 'open' | 'done'>();
  const order: string[] = [];
  const cycles: string[][] = [];
  for (const root of needs.keys()) {
    if (state.has(root)) continue;
    const stack: { id: string; next: number }[] = [{ id: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const need = needs.get(top.id)![top.next];
      top.next += 1;
      if (need === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (!state.has(need)) {
        state.set(need, 'open');
        stack.push({ id: need, next: 0 });
      } else if (state.get(need) === 'open') {
        const walk = stack.slice(stack.findIndex((s) => s.id === need)).map((s) => s.id);
        cycles.push([...walk, walk[0]!]);
      }
    }
  }
  return { order, cycles };
}

/** Every step's ancestors as bit sets: 2000 steps are 500 KB, where sets of names would be millions of entries. */
function ancestorsOf(needs: ReadonlyMap<string, string[]>, order: string[]) {
  const number = new Map(order.map((id, i) => [id, i]));
  const words = Math.ceil(order.length / 32);
  const bits = order.map(() => new Uint32Array(words));
  for (const [i, id] of order.entries()) {
    for (const need of needs.get(id)!) {
      const n = number.get(need)!;
      bits[i]![n >> 5]! |= 1 << (n & 31);
      for (let w = 0; w < words; w += 1) bits[i]![w]! |= bits[n]![w]!;
    }
  }
  return {
    has(id: string, ancestor: string): boolean {
      const [i, n] = [number.get(id), number.get(ancestor)];
      return i !== undefined && n !== undefined && (bits[i]![n >> 5]! & (1 << (n & 31))) !== 0;
    },
  };
}

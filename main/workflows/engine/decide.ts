import { descendants, type Graph } from './graph.ts';

/** What the scheduler knows of a step. */
export const Code = {
  /** Waits for what it needs. */
  pending: 0,
  /** Begun, parked or queued for a free slot. */
  active: 1,
  /** Ended, and no failure stands on its path. */
  clean: 2,
  /** Ended, and it or something before it failed for good. */
  tainted: 3,
} as const;

export type Decision =
  /** Its needs have not all ended, or it has begun already. */
  | 'not_yet'
  /** Evaluate its condition, and begin it. */
  | 'consider'
  /** A failure stands before it and it says nothing about failures. */
  | 'skip';

/**
 * What to do with one step, from the codes of all. Pure: the journal, the clock and the effects are
 * elsewhere, so that this can be tested against every graph.
 *
 * A failure taints everything that comes after it, also through steps that handled it: a step that
 * says nothing runs only when nothing before it failed, as `success()` does.
 */
export function decide(graph: Graph, codes: Uint8Array, at: number): Decision {
  if (codes[at] !== Code.pending) return 'not_yet';
  let failed = false;
  for (const need of graph.needs[at]!) {
    const code = codes[need]!;
    if (code < Code.clean) return 'not_yet';
    if (code === Code.tainted) failed = true;
  }
  return failed && graph.steps[at]!.condition === undefined ? 'skip' : 'consider';
}

/** Whether something that step `at` needs failed, directly or further back. */
export function needsFailed(graph: Graph, codes: Uint8Array, at: number): boolean {
  for (const need of graph.needs[at]!) if (codes[need] === Code.tainted) return true;
  return false;
}

/** The code of a step that has just ended; `failed` when it failed and nothing continues past that. */
export function endCode(graph: Graph, codes: Uint8Array, at: number, failed: boolean): number {
  return failed || needsFailed(graph, codes, at) ? Code.tainted : Code.clean;
}

/**
 * The steps that a jump from `at` to `target` passes over: everything after `at` that is neither the
 * target nor after it. They are skipped without taint.
 */
export function jumpedOver(graph: Graph, codes: Uint8Array, at: number, target: number): number[] {
  const kept = descendants(graph, target);
  return [...descendants(graph, at)].filter(
    (step) => step !== target && !kept.has(step) && codes[step] === Code.pending,
  );
}

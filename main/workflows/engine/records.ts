import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import type { RunStatus, StepStatus, TriggerInfo } from '#contract/runs.ts';
import type { HiddenText } from './kept-inputs.ts';
import type { StepOutcome } from '../kinds/kind.ts';

/** What a parked step waits for; journaled with it. */
export type Wait =
  | { type: 'retry' }
  | { type: 'until'; outputs: Json }
  | Extract<StepOutcome, { type: 'wait_event' }>
  | Extract<StepOutcome, { type: 'approval' }>
  | { type: 'child'; run: string }
  /** Something outside the run, such as a locked vault; `decide`: it had not begun yet. */
  | { type: 'blocked'; key: string; since: number; decide: boolean };

/** Index of a step's own record; its `foreach` items count from 0. */
export const WHOLE = -1;

/** One row of `steps`: a step, or one item of a `foreach` step. Times are epoch milliseconds. */
export interface StepRecord {
  step: string;
  index: number;
  status: StepStatus;
  attempts: number;
  /** Position among the run's successes, for rollback in reverse; 0 before. */
  order: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When what it waits for falls due. */
  dueAt: number | null;
  /** When the attempt times out. */
  deadlineAt: number | null;
  /** The resolved `with`, redacted, as JSON text; of a foreach step's own record: its list. */
  inputs: string | null;
  /** JSON text, or of a spilled output its preview. */
  outputs: string | null;
  outputsFile: string | null;
  error: ErrorShape | null;
  wait: Wait | null;
  pinned: boolean;
  /** Of an item that a retry carries over: the element that it was for. Not journaled. */
  element?: Json;
  /** What a person approved for the execution that begins. Not journaled: a crash asks again. */
  approved?: string;
}

/** One row of `attempts`: an attempt that was followed by another, or by a question. */
export interface AttemptRecord {
  step: string;
  index: number;
  attempt: number;
  startedAt: number | null;
  endedAt: number | null;
  error: ErrorShape | null;
}

export type Phase = 'steps' | 'rollback' | 'on_failure';

/** Why a run is being ended early. */
export interface Stop {
  type: 'cancel' | 'timeout';
  /** The stage that it ends; what comes after (rollbacks) is not stopped by it. */
  phase: Phase;
  by?: string;
  reason?: string;
}

/** One row of `runs`. */
export interface RunRecord {
  id: string;
  workflow: string;
  hash: string;
  status: RunStatus;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  deadlineAt: number | null;
  /** The earliest moment at which something of this run falls due. */
  wakeAt: number | null;
  trigger: TriggerInfo;
  inputs: Record<string, Json>;
  /** What the journal holds in place of `inputs`, where they hold secrets. */
  kept?: Record<string, Json>;
  /** Of a record that was read: which of `inputs` are masked, and by which secrets. */
  hidden?: HiddenText[];
  outputs: string | null;
  outputsFile: string | null;
  error: ErrorShape | null;
  atStep: string | null;
  total: number;
  done: number;
  /** The run that this one retries, or was started from. */
  parent: string | null;
  attempt: number;
  /** The run, step and item that wait for this sub-workflow. */
  caller: { run: string; step: string; index: number } | null;
  depth: number;
  group: string | null;
  groupMax: number;
  phase: Phase;
  stop: Stop | null;
}

export function isTerminal(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

export function stepEnded(status: StepStatus): boolean {
  return (
    status === 'succeeded' || status === 'failed' || status === 'skipped' || status === 'cancelled'
  );
}

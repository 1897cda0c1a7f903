import type { Json } from '#contract/common.ts';
import type { RunStatus, StepStatus } from '#contract/runs.ts';
import type { AttemptRecord, Phase, RunRecord, StepRecord } from './records.ts';

/** A row of `runs` as SQLite gives it. */
export interface RunRow {
  rowid?: number;
  id: string;
  workflow: string;
  hash: string;
  status: RunStatus;
  owner: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  deadline_at: number | null;
  wake_at: number | null;
  trigger: string;
  inputs: string;
  outputs: string | null;
  outputs_file: string | null;
  error: string | null;
  at_step: string | null;
  steps_total: number;
  steps_done: number;
  parent: string | null;
  attempt: number;
  caller_run: string | null;
  caller_step: string | null;
  caller_index: number | null;
  depth: number;
  grp: string | null;
  grp_max: number;
  phase: Phase;
  stop: string | null;
}

/** A row of `steps`. */
export interface StepRow {
  run: string;
  step: string;
  idx: number;
  status: StepStatus;
  attempts: number;
  ord: number;
  started_at: number | null;
  ended_at: number | null;
  due_at: number | null;
  deadline_at: number | null;
  inputs: string | null;
  outputs: string | null;
  outputs_file: string | null;
  error: string | null;
  wait: string | null;
  asks: string | null;
  event: string | null;
  pinned: number;
}

/** A row of `attempts`. */
export interface AttemptRow {
  step: string;
  idx: number;
  attempt: number;
  started_at: number | null;
  ended_at: number | null;
  error: string | null;
}

const parsed = <T>(text: string | null): T | null =>
  text === null ? null : (JSON.parse(text) as T);

export function runOfRow(row: RunRow): RunRecord {
  return {
    id: row.id,
    workflow: row.workflow,
    hash: row.hash,
    status: row.status,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    deadlineAt: row.deadline_at,
    wakeAt: row.wake_at,
    trigger: JSON.parse(row.trigger) as RunRecord['trigger'],
    inputs: JSON.parse(row.inputs) as Record<string, Json>,
    outputs: row.outputs,
    outputsFile: row.outputs_file,
    error: parsed(row.error),
    atStep: row.at_step,
    total: row.steps_total,
    done: row.steps_done,
    parent: row.parent,
    attempt: row.attempt,
    caller:
      row.caller_run === null
        ? null
        : { run: row.caller_run, step: row.caller_step!, index: row.caller_index! },
    depth: row.depth,
    group: row.grp,
    groupMax: row.grp_max,
    phase: row.phase,
    stop: parsed(row.stop),
  };
}

export function stepOfRow(row: StepRow): StepRecord {
  return {
    step: row.step,
    index: row.idx,
    status: row.status,
    attempts: row.attempts,
    order: row.ord,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    dueAt: row.due_at,
    deadlineAt: row.deadline_at,
    inputs: row.inputs,
    outputs: row.outputs,
    outputsFile: row.outputs_file,
    error: parsed(row.error),
    wait: parsed(row.wait),
    pinned: row.pinned === 1,
  };
}

export function attemptOfRow(row: AttemptRow): AttemptRecord {
  return {
    step: row.step,
    index: row.idx,
    attempt: row.attempt,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: parsed(row.error),
  };
}

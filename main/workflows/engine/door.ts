import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import type { Approval, Interruption } from '#contract/runWaits.ts';
import type {
  LogLine,
  RunDetail,
  RunEvent,
  RunStatus,
  RunSummary,
  TriggerInfo,
} from '#contract/runs.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';

/** A request to run a workflow. */
export interface StartRequest {
  workflow: CompiledWorkflow;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
  /** A second start with the same key (per workflow) answers with the first run and starts nothing. */
  dedupeKey?: string;
  /** Start at this step; what comes before it has succeeded with what is pinned, other branches are skipped. */
  fromStep?: string;
  /** Outputs by step id: such a step is not executed, it has succeeded with these. Ids of no step are ignored. */
  pinned?: Record<string, Json>;
  parent?: string;
  /** Resolves what a webhook is answered with; see {@link Engine.start}. */
  wantResponse?: boolean;
}

export interface Started {
  run: RunSummary;
  /** False when the dedupe key had been seen. */
  created: boolean;
  /** False when the workflow's concurrency said `skip`. */
  skipped: boolean;
  /** What the `respond` step said, or undefined when the run ended without one. Present with `wantResponse`. */
  response?: Promise<{ status: number; headers: Record<string, string>; body: Json } | undefined>;
}

/** The durable workflow engine. Everything that resolves has been committed. */
export interface Engine {
  /** Opens the journal's lease, takes over what dead owners left, and begins to work. `own` drives only runs started or adopted here. */
  open(scope: 'all' | 'own'): Promise<void>;
  /** Resolves once the run is committed. @throws NexusError `run.input_invalid`, … */
  start(request: StartRequest): Promise<Started>;
  /** Takes over one run whose owner is gone (scope `own`). */
  adopt(run: string): Promise<void>;
  /** Resolves when the run is terminal, with its detail. */
  finished(run: string, signal?: AbortSignal): Promise<RunDetail>;
  /** Resolves when nothing of the runs driven here is executing (they ended, or wait for a time or a person). */
  parked(): Promise<void>;
  get(run: string): RunDetail;
  /** What the steps of a run put out, whole where {@link get} has previews. @throws NexusError `run.not_found`, `run.unreadable` */
  outputs(run: string): Record<string, Json>;
  list(filter: {
    workflow?: string;
    status?: RunStatus[];
    since?: number;
    limit: number;
    cursor?: string;
  }): { items: RunSummary[]; next?: string };
  watch(run: string, signal?: AbortSignal): AsyncIterable<RunEvent>;
  changes(signal?: AbortSignal): AsyncIterable<RunSummary>;
  log(
    run: string,
    options: { step?: string; after: number; follow: boolean; signal?: AbortSignal },
  ): AsyncIterable<LogLine>;
  cancel(run: string, by: string, reason?: string): Promise<RunSummary>;
  /** `latest` is given when the retry is to run on the file as it is now. */
  retry(
    run: string,
    options: { from: 'failed' | 'start'; latest?: CompiledWorkflow; by: string },
  ): Promise<RunSummary>;
  resolve(
    run: string,
    options: { step: string; index?: number; action: 'retry' | 'skip' | 'fail'; by: string },
  ): Promise<RunSummary>;
  approvals(): { approvals: Approval[]; interrupted: Interruption[] };
  approve(
    run: string,
    options: {
      step?: string;
      index?: number;
      choice?: string;
      fields: Record<string, Json>;
      comment?: string;
      by: string;
      roles: string[];
    },
  ): Promise<RunSummary>;
  /** Goes on with every step that waits for `key` (see `EngineOptions.blockedBy`). */
  unblock(key: string): void;
  /** The steps that wait for `key`. */
  blocked(key: string): BlockedStep[];
  sendEvent(event: { name: string; key?: string; data?: Json }): Promise<number>;
  statistics(hours: number): { at: string; succeeded: number; failed: number; cancelled: number }[];
  activeRuns(): number;
  state(): { state: 'ready' | 'stopping' | 'fenced' | 'failed'; problem?: ErrorShape };
  /** Counters since the start: commits, rows, steps, runs. */
  counters(): Record<string, number>;
  /** Deletes ended runs beyond the limits, with their logs and files, and gives the space back. */
  retain(limits: { days: number; runs: number }): Promise<{ deleted: number }>;
  /** Stops taking work, lets steps in flight finish for up to `graceMs`, then aborts them; journals what it can. */
  close(graceMs: number): Promise<void>;
}

/** A step that waits for something outside its run, such as the vault. */
export interface BlockedStep {
  run: string;
  workflow: string;
  step: string;
  index?: number;
  key: string;
  since: string;
}

/** Announced after the commit. */
export type EngineEvents = {
  run_changed: RunSummary;
  run_ended: { run: RunSummary; outputs: Json };
  approval_asked: Approval;
  step_interrupted: Interruption;
  step_blocked: BlockedStep;
};

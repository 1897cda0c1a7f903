import type { Json } from '#contract/common.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import type { EventBus } from '#main/base/events.ts';
import type { Logger } from '#main/base/log.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';
import type { StepContext } from '../kinds/kind.ts';
import type { Batch } from './batch.ts';
import type { EngineEvents, StartRequest } from './door.ts';
import type { Journal } from './journal.ts';
import type { Lease } from './lease.ts';
import type { Live } from './live.ts';
import type { LiveRun } from './live-run.ts';
import type { LogBook } from './log-book.ts';
import type { RunRecord } from './records.ts';
import type { Slots } from './slots.ts';
import type { RunSummary } from '#contract/runs.ts';

/** What the engine is built from. */
export interface EngineOptions {
  db: Database;
  /** NEXUS_HOME. */
  home: string;
  /** Folder for large outputs and for the folders of runs. */
  outputs: string;
  clock: Clock;
  log: Logger;
  events?: EventBus<EngineEvents>;
  /**
   * A version by its hash, as it was remembered; undefined (or a NexusError) where it is gone or no
   * longer compiles.
   */
  definition: (hash: string) => CompiledWorkflow | undefined;
  /** The stored versions, for showing those that no longer compile and forgetting what no run needs. */
  versions?: {
    source(hash: string): string | undefined;
    /** Those that only runs need. */
    hashes(): string[];
    /** Called inside a transaction. */
    forget(hashes: readonly string[]): void;
  };
  /** Stores the text of a version under its hash, where it is not stored; called inside the transaction that starts a run of it. */
  remember: (compiled: CompiledWorkflow) => void;
  /** The workflow of that name as it is now, for sub-workflows. @throws NexusError */
  workflow: (name: string) => CompiledWorkflow;
  /** @throws NexusError `secret.missing` */
  secret: (name: string) => string;
  /** Removes secrets from a text that is to be kept. */
  redact: (text: string) => string;
  /** The same for every text in a value; returns the very value where there is nothing to remove. */
  redactJson: (value: Json) => Json;
  /** Told the values of inputs that their definition calls secret, so that they are redacted too. */
  conceal?: (value: string) => void;
  notify?: (note: Parameters<StepContext['notify']>[0] & { run: string; step: string }) => void;
  /**
   * What is to start because a run has ended (`workflow_completed`): committed together with the
   * end, so that no crash can come between.
   */
  followers?: (run: RunSummary, outputs: Json) => StartRequest[];
  /** Steps executing at once, over all runs. */
  maxParallelSteps: () => number;
  /** How long an aborted step may take to stop, in milliseconds; default 10 s. */
  stopGraceMs?: number;
  /** After how many milliseconds without a heartbeat an owner is taken for dead; default 30 s. */
  leaseTtlMs?: number;
}

/** How a run comes into memory, other than by a start. */
export interface Creation {
  /** As the journal has it. */
  restored?: LiveRun;
  /** The run that called it, or that it follows. */
  by?: LiveRun;
}

/** What the engine's parts share. Built once, in `engine.ts`. */
export interface Core {
  options: EngineOptions;
  clock: Clock;
  log: Logger;
  journal: Journal;
  batch: Batch<LiveRun>;
  book: LogBook;
  live: Live;
  lease: Lease;
  slots: Slots;
  /** Runs in memory: those that have something to do. */
  runs: Map<string, LiveRun>;
  /** Runs that were created in the transaction that is being filled. */
  fresh: LiveRun[];
  /** Signals that are being taken: their rows go with the next commit. */
  signals: Set<number>;
  counters: { runs: number; steps: number; attempts: number };
  /** False once the engine stops, is fenced or closed: nothing new begins. */
  accepting: boolean;
  /** True once nothing may be journaled any more. */
  halted: boolean;
  now(): number;
  /** A version by its hash; undefined where it is gone or no longer compiles. */
  definition(hash: string): CompiledWorkflow | undefined;
  /** The run in memory, read from the journal where it is not; undefined when another process drives it or it ended. */
  load(run: string): LiveRun | undefined;
  /** Decides and begins whatever can be, and has it written. */
  advance(run: LiveRun): void;
  /** Makes a run that this process drives. */
  create(record: RunRecord, compiled: CompiledWorkflow, how?: Creation): LiveRun;
  /** Lets the runs that queue in a group begin, as far as it has room. */
  promote(group: string): void;
  /** Creates a run that follows the end of another, in the same commit. */
  startFollower(request: StartRequest, ended: LiveRun): void;
  /** Ends a run early, wherever it is. */
  stop(run: string, stop: { by?: string; reason?: string }): void;
  /** Takes over a run that nobody drives. @returns whether this process now drives it. */
  adoptQuietly(run: string): Promise<boolean>;
  /** Has the timer look at what falls due at `at`. */
  wakeAt(at: number): void;
}

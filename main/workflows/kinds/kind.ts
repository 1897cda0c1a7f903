import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { Effects, KindInfo } from '#contract/workflows.ts';
import type { NexusError } from '#main/base/errors.ts';

/** What a step asks of the engine instead of (or after) doing something: park until the engine wakes it. */
export type StepOutcome =
  | { type: 'done'; outputs: Json }
  /** Nothing was done because of this error (a locked vault): the step is begun anew when what it waits for has come, and fails where nothing is known to wait for. */
  | { type: 'blocked'; error: NexusError }
  /** Sleep durably; then the step succeeds with `outputs`. */
  | { type: 'wait_until'; at: number; outputs: Json }
  /** Sleep until an event of that name (and key) is sent, or `timeoutAt` passes. Outputs: `{ data, timed_out }`. */
  | {
      type: 'wait_event';
      name: string;
      key?: string;
      timeoutAt?: number;
      onTimeout: 'fail' | 'continue';
    }
  /** Ask a person. Outputs: `{ choice, fields, by, comment, timed_out }`. */
  | {
      type: 'approval';
      title: string;
      message?: string;
      choices: string[];
      fields: ApprovalField[];
      who: string[];
      timeoutAt?: number;
      defaultChoice?: string;
      /**
       * Approved (the first choice), the step is executed again with this in
       * {@link StepContext.approved}; any other choice fails it. Kept in memory only: after a crash
       * it asks again.
       */
      resume?: string;
    }
  /** Start another workflow and take its outputs: `{ run, status, outputs }`. */
  | { type: 'subworkflow'; workflow: string; inputs: Record<string, Json>; wait: boolean }
  /** Answer the webhook that started this run, once this step is committed. */
  | { type: 'respond'; status: number; headers: Record<string, string>; body: Json; outputs: Json };

export interface ApprovalField {
  name: string;
  label?: string;
  type: 'string' | 'number' | 'boolean' | 'text';
  required?: boolean;
  default?: Json;
  options?: string[];
}

/** What a step may use while it runs. */
export interface StepContext {
  run: { id: string; workflow: string };
  step: { id: string; index?: number; attempt: number };
  /** Aborted on cancel, timeout and shutdown (`signal.reason` is a NexusError that says which). */
  signal: AbortSignal;
  /** Workflow and step `env`, expressions resolved. */
  env: Record<string, string>;
  /**
   * Writes to the step's log: redacted, bounded, streamed to whoever watches. `chunk` need not end
   * at a line; the log splits lines itself. Resolves when the reader may be given more.
   */
  log(stream: 'stdout' | 'stderr' | 'system', chunk: string | Buffer): Promise<void> | void;
  /** A folder of this run's own below NEXUS_HOME, made on first use; goes when the run is deleted. */
  runFolder(): string;
  /** NEXUS_HOME. */
  home: string;
  /** Folders that the `file` kind may touch. */
  fileRoots: string[];
  /** Whether `http` may reach loopback and private addresses. */
  allowPrivateAddresses: boolean;
  /** Shows a desktop notification and an entry in the notification centre. */
  notify(note: { title: string; body?: string; level: 'info' | 'ok' | 'warn' | 'danger' }): void;
  clock: { now(): number };
  /** What a person has approved for this very execution; see `resume` of the approval outcome. */
  approved?: string | undefined;
}

/**
 * A kind of step: the one declaration from which the validator, the palette, the inspector's form,
 * the JSON Schema and the reference page come. One file per kind; plugins add theirs through the
 * same door.
 */
export interface StepKind<With extends z.ZodType = z.ZodType> {
  kind: string;
  title: string;
  description: string;
  /** Name of a lucide icon. */
  icon: string;
  group: KindInfo['group'];
  /** Shape of `with` after expressions are resolved. */
  with: With;
  outputs: z.ZodType;
  /** YAML of one step, shown in the reference and offered by the editor. */
  example: string;
  /**
   * What a second execution after a crash would mean. A function decides by the step's `with`
   * (as authored): `http` with a body is `once`, a GET is `idempotent`.
   */
  effects: Effects | ((withAuthored: Record<string, unknown>) => Effects);
  /**
   * Keys of `with` whose text the engine must not resolve before `execute` (a shell script): they
   * arrive as {@link Unresolved}.
   */
  unresolved?: readonly string[];
  /** Problems beyond the schema, found at validation; `with` is as authored. */
  check?(
    withAuthored: Record<string, unknown>,
  ): { path: (string | number)[]; code: string; message: string; hint?: string }[];
  /**
   * Does it. A `pure` kind must be synchronous and free of effects: the engine journals chains of
   * such steps in one commit. Throws NexusError to fail; `details.retryable === false` stops retries.
   */
  execute(input: z.output<With>, context: StepContext): StepOutcome | Promise<StepOutcome>;
  /** Undoes a success; gets the outputs that the step had. */
  rollback?(input: z.output<With>, outputs: Json, context: StepContext): Promise<void>;
}

/** Text with `${{ }}` that the kind resolves itself: literal parts and the values of the expressions, alternating. */
export interface Unresolved {
  /** Literal texts; one more than `values`. */
  literals: string[];
  values: Json[];
}

export function isUnresolved(value: unknown): value is Unresolved {
  return typeof value === 'object' && value !== null && 'literals' in value && 'values' in value;
}

/** Keeps the type of `with` while declaring a kind. */
export function stepKind<With extends z.ZodType>(kind: StepKind<With>): StepKind {
  return kind as unknown as StepKind;
}

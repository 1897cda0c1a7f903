import type { Json } from '#contract/common.ts';
import type { Effects } from '#contract/workflows.ts';
import type { InputDefinition, Workflow } from '#contract/workflow.ts';
import type { StepKind, Unresolved } from '../kinds/kind.ts';

/** What expressions see. `steps` has an entry for every step that has ended. */
export interface Scope {
  inputs: Record<string, Json>;
  steps: Record<string, { status: string; outputs: Json; error: Json }>;
  run: { id: string; workflow: string; started_at: string; attempt: number };
  trigger: Json;
  env: Record<string, string>;
  /** Reads one secret; throws NexusError `secret.missing`. */
  secret(name: string): string;
  item?: Json;
  index?: number;
  /** Of the steps that the step at hand needs: for `success()`, `failure()`, `always()`. */
  needs: { failed: boolean; cancelled: boolean };
}

/** A value of the file with its `${{ }}` compiled. Constant values evaluate to themselves. */
export interface CompiledValue<T = Json> {
  constant: boolean;
  /** @throws NexusError `expression.failed`, `secret.missing` */
  evaluate(scope: Scope): T;
}

export interface CompiledRetry {
  attempts: number;
  backoffMs: number;
  factor: number;
  maxMs: number;
  /** Share of the delay that is random, 0 to 1. */
  jitter: number;
  on: string[] | undefined;
}

export interface CompiledStep {
  id: string;
  name: string | undefined;
  kind: StepKind;
  effects: Effects;
  /**
   * Resolved: the step before, where the file says nothing. The target of a jump
   * (`on_error: { goto }` of another step) also needs every step that may jump to it.
   */
  needs: string[];
  /** Absent means `success()`. On a jump's target it holds only when a step that jumps to it has failed. */
  condition: CompiledValue<boolean> | undefined;
  /** Keys in the kind's `unresolved` come out as {@link Unresolved}. */
  with: CompiledValue<Record<string, Json | Unresolved>>;
  env: CompiledValue<Record<string, string>>;
  foreach: CompiledValue<Json[]> | undefined;
  maxParallel: number;
  retry: CompiledRetry | undefined;
  timeoutMs: number | undefined;
  onError: 'fail' | 'continue' | { goto: string };
  onInterrupted: 'ask' | 'retry' | 'skip' | 'fail';
  rollback:
    | {
        kind: StepKind;
        with: CompiledValue<Record<string, Json | Unresolved>>;
        own: boolean;
        timeoutMs: number | undefined;
      }
    | undefined;
}

/** A valid workflow, ready for the engine. */
export interface CompiledWorkflow {
  name: string;
  /** SHA-256 (hex) of the source text: what a run is pinned to. */
  hash: string;
  source: string;
  definition: Workflow;
  inputs: Record<string, InputDefinition>;
  env: CompiledValue<Record<string, string>>;
  steps: CompiledStep[];
  onFailure: CompiledStep[];
  outputs: CompiledValue<Record<string, Json>>;
  concurrency:
    | { group: CompiledValue<string>; mode: 'queue' | 'skip' | 'cancel'; max: number }
    | undefined;
  timeoutMs: number | undefined;
}

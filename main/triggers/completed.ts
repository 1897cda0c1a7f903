import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { RunSummary, TriggerInfo } from '#contract/runs.ts';
import type { workflowCompletedTrigger } from '#contract/workflow.ts';
import type { Clock } from '#main/base/clock.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { CompiledValue, CompiledWorkflow } from '#main/workflows/language/index.ts';
import { triggerScope } from './scope.ts';

type CompletedTrigger = z.infer<typeof workflowCompletedTrigger>;

export interface CompletionsOptions {
  clock: Clock;
  log: Logger;
  secrets: SecretProvider;
  /** The workflow of that name as it is now. @throws NexusError */
  workflow: (name: string) => CompiledWorkflow;
  compile: (value: Json) => CompiledValue;
  /** Hears of follow-ups that could not be started, for the notification centre. */
  report?: (workflow: string, error: NexusError) => void;
}

/** A run that is to follow another; the engine's `StartRequest`. */
export interface FollowUp {
  workflow: CompiledWorkflow;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
}

/**
 * Which workflows start when others have ended. The engine asks while it ends a run and commits the
 * follow-ups together with the end, so that no crash can come between; it also cuts chains of
 * workflows that start each other.
 */
export interface Completions {
  /** Brings what a valid workflow waits for in line with its file; an empty list: nothing. */
  sync(workflow: string, triggers: CompletedTrigger[]): void;
  /** What is to follow a run that has just ended; never throws. */
  followers(run: RunSummary, outputs: Json): FollowUp[];
}

interface Subscription {
  workflow: string;
  status: readonly string[];
  inputs: CompiledValue | undefined;
}

/** Builds the completions. */
export function createCompletions(options: CompletionsOptions): Completions {
  const { log, compile, report } = options;
  /** By the workflow that is waited for. */
  const subscriptions = new Map<string, Subscription[]>();

  const subscribe = (workflow: string, { workflow: source, status, inputs }: CompletedTrigger) => {
    try {
      const compiled = inputs && compile(inputs);
      const list = subscriptions.get(source) ?? [];
      subscriptions.set(source, [...list, { workflow, status, inputs: compiled }]);
    } catch (error) {
      // The validator tells the author; here one bad expression must not stop the others.
      log.warn(`What ${workflow} waits for was left out.`, { workflow, source, error });
    }
  };

  return {
    sync(workflow, triggers) {
      for (const [source, list] of subscriptions) {
        const others = list.filter((subscription) => subscription.workflow !== workflow);
        if (others.length > 0) subscriptions.set(source, others);
        else subscriptions.delete(source);
      }
      for (const trigger of triggers) subscribe(workflow, trigger);
    },
    followers(run, outputs) {
      const waiting = subscriptions.get(run.workflow);
      // A run that the workflow's concurrency turned away never took place.
      if (!waiting || run.error?.code === 'run.skipped') return [];
      return waiting.flatMap((subscription) => {
        if (!subscription.status.includes(run.status)) return [];
        try {
          return [followUp(subscription, run, outputs, options)];
        } catch (thrown) {
          const error = toNexusError(thrown);
          const { workflow } = subscription;
          const fields = { workflow, after: run.workflow, run: run.id, code: error.code };
          log.warn(`A workflow was not started after another: ${error.message}`, fields);
          report?.(workflow, error);
          return [];
        }
      });
    },
  };
}

function followUp(
  { workflow, inputs }: Subscription,
  run: RunSummary,
  outputs: Json,
  { clock, secrets, workflow: find }: CompletionsOptions,
): FollowUp {
  const { id, status, error } = run;
  const trigger: TriggerInfo = {
    kind: 'workflow_completed',
    source: id,
    payload: {
      run: id,
      workflow: run.workflow,
      status,
      outputs,
      error: error ? { code: error.code, message: error.message } : null,
    },
  };
  const scope = triggerScope(workflow, trigger, clock.now(), secrets);
  return {
    workflow: find(workflow),
    inputs: (inputs?.evaluate(scope) ?? {}) as Record<string, Json>,
    trigger,
  };
}

import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import { terminalRunStatuses } from '#contract/runs.ts';
import type { RunDetail, RunStatus, RunSummary, TriggerInfo } from '#contract/runs.ts';
import type { workflowCompletedTrigger } from '#contract/workflow.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { CompiledValue } from '#main/workflows/language/index.ts';
import { Cursor } from './cursor.ts';
import { triggerScope } from './scope.ts';

type CompletedTrigger = z.infer<typeof workflowCompletedTrigger>;

/** The part of the engine that completions need. */
export interface CompletedRuns {
  get: (run: string) => RunDetail;
  list: (filter: {
    workflow?: string;
    status?: RunStatus[];
    since?: number;
    limit: number;
    cursor?: string;
  }) => { items: RunSummary[]; next?: string };
}

export interface CompletionsOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  secrets: SecretProvider;
  runs: CompletedRuns;
  /** Resolves when the run is committed. */
  start: (
    workflow: string,
    inputs: Record<string, Json>,
    trigger: TriggerInfo,
    options: { dedupeKey: string; wantResponse: boolean },
  ) => Promise<unknown>;
  compile: (value: Json) => CompiledValue;
  /** Hears of follow-ups that were not started, for the notification centre. */
  report?: (workflow: string, error: NexusError) => void;
}

/** Starts workflows when others have ended. */
export interface Completions {
  /** Brings what a workflow waits for in line with its file; an empty list: nothing. */
  sync(workflow: string, triggers: CompletedTrigger[]): void;
  /** Catches up with runs that ended while nobody looked, or just before a crash. Call it when all workflows are known. */
  open(): Promise<void>;
  /** To be called with every end of a run (the engine's `run_ended`), from before the engine opens. */
  ended(event: { run: RunSummary; outputs: Json }): void;
  /** Resolves when every follow-up that can be started has been. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Subscription {
  workflow: string;
  index: number;
  status: readonly string[];
  inputs: CompiledValue | undefined;
}

/** A follow-up that is being started, or waits to be tried again. */
interface FollowUp {
  subscription: Subscription;
  run: RunSummary;
  outputs: Json;
  endedAt: number;
  createdAt: number;
}

/** A chain of workflows that start each other is cut after this many links. */
export const MOST_LINKS = 10;
const RETRY_MS = 30_000;
const PAGE = 500;

/** Builds the completions over a migrated database. */
export function createCompletions(options: CompletionsOptions): Completions {
  return new CompletionService(options);
}

class CompletionService implements Completions {
  readonly #options: CompletionsOptions;
  readonly #cursor: Cursor;
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #pending = new Set<FollowUp>();
  readonly #active = new Set<Promise<void>>();
  readonly #retries = new Set<() => void>();
  #open = false;

  constructor(options: CompletionsOptions) {
    this.#options = options;
    this.#cursor = new Cursor(options, () => this.#pending);
  }

  sync(workflow: string, triggers: CompletedTrigger[]): void {
    for (const [source, list] of this.#subscriptions) {
      const others = list.filter((subscription) => subscription.workflow !== workflow);
      if (others.length > 0) this.#subscriptions.set(source, others);
      else this.#subscriptions.delete(source);
    }
    triggers.forEach((trigger, index) => {
      const { status } = trigger;
      let inputs: CompiledValue | undefined;
      try {
        inputs = trigger.inputs && this.#options.compile(trigger.inputs);
      } catch (error) {
        // The validator tells the author; here one bad expression must not stop the others.
        this.#options.log.warn(`A trigger of ${workflow} was left out.`, {
          workflow,
          index,
          error,
        });
        return;
      }
      const list = this.#subscriptions.get(trigger.workflow) ?? [];
      this.#subscriptions.set(trigger.workflow, [...list, { workflow, index, status, inputs }]);
    });
  }

  async open(): Promise<void> {
    this.#open = true;
    const window = this.#cursor.open();
    if (window) for (const source of this.#subscriptions.keys()) this.#catchUp(source, window);
    await this.idle();
  }

  ended({ run, outputs }: { run: RunSummary; outputs: Json }): void {
    this.#cursor.touch();
    for (const subscription of this.#matching(run)) this.#begin(subscription, run, outputs);
  }

  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  async close(): Promise<void> {
    this.#open = false;
    for (const cancel of this.#retries) cancel();
    this.#retries.clear();
    await this.idle();
    this.#cursor.close();
  }

  #matching(run: RunSummary): Subscription[] {
    const list = this.#subscriptions.get(run.workflow);
    // A run that the workflow's concurrency turned away never took place.
    if (!list || run.error?.code === 'run.skipped') return [];
    return list.filter(({ status }) => status.includes(run.status));
  }

  #catchUp(source: string, window: { endedSince: number; createdSince: number }): void {
    const { runs } = this.#options;
    for (let cursor: string | undefined; ; ) {
      const page = runs.list({
        workflow: source,
        status: [...terminalRunStatuses],
        since: window.createdSince,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const run of page.items) {
        if (Date.parse(run.ended_at ?? '') < window.endedSince) continue;
        const matching = this.#matching(run);
        if (matching.length === 0) continue;
        const outputs = runs.get(run.id).outputs ?? {};
        for (const subscription of matching) this.#begin(subscription, run, outputs);
      }
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  #begin(subscription: Subscription, run: RunSummary, outputs: Json): void {
    const endedAt = Date.parse(run.ended_at ?? '') || this.#options.clock.now();
    const createdAt = Date.parse(run.created_at);
    const followUp = { subscription, run, outputs, endedAt, createdAt };
    this.#pending.add(followUp);
    this.#try(followUp);
  }

  #try(followUp: FollowUp): void {
    const done: Promise<void> = this.#start(followUp).finally(() => this.#active.delete(done));
    this.#active.add(done);
  }

  async #start(followUp: FollowUp): Promise<void> {
    const { subscription, run, outputs } = followUp;
    const { clock, log, secrets, start, report } = this.#options;
    const { workflow, index } = subscription;
    try {
      const links = this.#linksTo(run) + 1;
      if (links > MOST_LINKS) throw loop(workflow, run);
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
          links,
        },
      };
      const scope = triggerScope(workflow, trigger, clock.now(), secrets);
      const inputs = (subscription.inputs?.evaluate(scope) ?? {}) as Record<string, Json>;
      const dedupeKey = `completed:${id}:${index}`;
      await start(workflow, inputs, trigger, { dedupeKey, wantResponse: false });
    } catch (thrown) {
      const error = toNexusError(thrown);
      const fields = { workflow, after: run.workflow, run: run.id, code: error.code };
      if (error.kind !== 'user') {
        log.warn(`A workflow could not be started after another yet: ${error.message}`, fields);
        this.#tryAgain(followUp);
        return;
      }
      log.warn(`A workflow was not started after another: ${error.message}`, fields);
      report?.(workflow, error);
    }
    this.#pending.delete(followUp);
  }

  // It stays pending, so that the cursor does not pass it and a restart finds it again.
  #tryAgain(followUp: FollowUp): void {
    if (!this.#open) return;
    const { clock } = this.#options;
    const cancel = clock.at(clock.now() + RETRY_MS, () => {
      this.#retries.delete(cancel);
      this.#try(followUp);
    });
    this.#retries.add(cancel);
  }

  /** How many completions lie between a run and the person or event that began its chain. */
  #linksTo(run: RunSummary): number {
    let trigger: Omit<TriggerInfo, 'payload'> = run.trigger;
    let id = run.id;
    // Sub-workflows and retries hand the chain on; their depth is bounded by the engine.
    for (let hops = 0; hops < 100; hops += 1) {
      if (trigger.kind === 'workflow_completed') {
        const payload = this.#options.runs.get(id).trigger.payload as
          | { links?: number }
          | undefined;
        return payload?.links ?? 1;
      }
      if ((trigger.kind !== 'workflow' && trigger.kind !== 'retry') || !trigger.source) return 0;
      id = trigger.source.split('/')[0]!;
      try {
        trigger = this.#options.runs.get(id).trigger;
      } catch {
        // The run at the chain's beginning has been deleted since.
        return 0;
      }
    }
    return MOST_LINKS;
  }
}

function loop(workflow: string, run: RunSummary): NexusError {
  return new NexusError({
    code: 'trigger.loop',
    message: `${workflow} was not started after ${run.workflow}: ${MOST_LINKS} workflows have started each other in a row.`,
    hint: 'Look at on.workflow_completed of both; they probably wait for each other.',
    details: { run: run.id },
  });
}

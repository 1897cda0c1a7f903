import type { Json } from '#contract/common.ts';
import type { Problem } from '#contract/errors.ts';
import type { RunDetail, TriggerInfo } from '#contract/runs.ts';
import type { WebhookTrigger } from '#contract/workflow.ts';
import type { Clock } from '#main/base/clock.ts';
import { databaseError } from '#main/base/database.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { CompiledValue } from '#main/workflows/language/index.ts';
import { Deliveries } from './deliveries.ts';
import type { WebhookAnswer, WebhookRequest } from './request.ts';
import { triggerScope } from './scope.ts';
import { errorAnswer, finishedAnswer, jsonAnswer, respondAnswer } from './webhook-answer.ts';
import type { Delivery } from './webhook-auth.ts';
import { hookOf } from './webhook-hook.ts';
import type { Hook } from './webhook-hook.ts';
import { payloadOf } from './webhook-payload.ts';
import { normalPath } from './webhook-path.ts';
import { WebhookRegistry } from './webhook-registry.ts';

/** What the start of a run comes back with; the engine's `Started` fits. */
export interface StartedRun {
  run: { id: string; status: string };
  created: boolean;
  skipped: boolean;
  response?:
    | Promise<{ status: number; headers: Record<string, string>; body: Json } | undefined>
    | undefined;
}

export interface WebhooksOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  secrets: SecretProvider;
  /** Resolves when the run is committed. */
  start: (
    workflow: string,
    inputs: Record<string, Json>,
    trigger: TriggerInfo,
    options: { dedupeKey?: string; wantResponse: boolean },
  ) => Promise<StartedRun>;
  /** Resolves when the run has ended. */
  finished: (run: string, signal?: AbortSignal) => Promise<RunDetail>;
  /** Compiles a value with `${{ }}` in it. @throws when it is no expression. */
  compile: (value: Json) => CompiledValue;
  /** How long `when_finished` and `by_step` keep the sender waiting; then they answer 202. */
  answerWithinMs?: number;
}

/** Starts workflows by HTTP. The gateway owns the connection; everything else about a delivery is decided here. */
export interface Webhooks {
  /**
   * Brings the webhooks of a valid workflow in line with its file; with an empty list they are gone.
   * Call it for every valid, enabled workflow; leave it out while a file is invalid.
   */
  sync(workflow: string, triggers: WebhookTrigger[]): void;
  /** The same for all workflows, at start-up. */
  syncAll(workflows: ReadonlyMap<string, WebhookTrigger[]>): void;
  /** Paths that two workflows claim, by the workflow that does not get its. */
  problems(workflow?: string): { workflow: string; problem: Problem }[];
  /** The same for webhooks as somebody is writing them: which of their paths other workflows answer at. */
  conflicts(workflow: string, triggers: WebhookTrigger[]): Problem[];
  list(): Pick<Hook, 'workflow' | 'path' | 'methods' | 'auth' | 'respond'>[];
  /** The most bytes that a body may have at a path, so that the gateway can stop reading; undefined: no such path. */
  maxBody(path: string): number | undefined;
  /** Answers one request; never throws. `signal`: the sender has gone. */
  handle(request: WebhookRequest, signal?: AbortSignal): Promise<WebhookAnswer>;
}

const ANSWER_WITHIN_MS = 30_000;

/** Builds the webhooks over a migrated database. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const registry = new WebhookRegistry();
  const receiver = new Receiver(options, registry);
  const hooksOf = (workflow: string, triggers: WebhookTrigger[]): Hook[] =>
    triggers.flatMap((trigger, index) => {
      if (!trigger.enabled) return [];
      try {
        return [hookOf(workflow, trigger, index, options)];
      } catch (error) {
        // The validator tells the author; here one bad expression must not stop the others.
        options.log.warn(`A webhook of ${workflow} was left out.`, { workflow, index, error });
        return [];
      }
    });
  return {
    sync: (workflow, triggers) => registry.set(workflow, hooksOf(workflow, triggers)),
    syncAll(workflows) {
      const names = [...workflows.keys()].toSorted();
      registry.setAll(names.map((name) => [name, hooksOf(name, workflows.get(name)!)]));
    },
    problems: (workflow) =>
      registry.problems().filter((entry) => workflow === undefined || entry.workflow === workflow),
    conflicts: (workflow, triggers) =>
      registry.conflicts(
        workflow,
        triggers.flatMap(({ enabled, path, methods }, index) =>
          enabled ? [{ path: normalPath(path), methods, index }] : [],
        ),
      ),
    list: () =>
      registry.list().map(({ workflow, path, methods, auth, respond }) => ({
        workflow,
        path,
        methods,
        auth,
        respond,
      })),
    maxBody: (path) => registry.maxBody(path),
    handle: (request, signal) => receiver.handle(request, signal),
  };
}

class Receiver {
  readonly #options: WebhooksOptions;
  readonly #registry: WebhookRegistry;
  readonly #deliveries: Deliveries;

  constructor(options: WebhooksOptions, registry: WebhookRegistry) {
    this.#options = options;
    this.#registry = registry;
    this.#deliveries = new Deliveries(options.db);
  }

  async handle(request: WebhookRequest, signal?: AbortSignal): Promise<WebhookAnswer> {
    const found = this.#registry.find(request.method, request.path);
    if ('refusal' in found) return errorAnswer(found.refusal, found.headers);
    try {
      return await this.#accept(found.hook, request, signal);
    } catch (thrown) {
      const error = toNexusError(databaseError(thrown, this.#options.db.name));
      const { workflow, path } = found.hook;
      const fields = { workflow, path, code: error.code, remote: request.remote };
      const { log } = this.#options;
      if (error.kind === 'user') log.info(`A webhook was refused: ${error.message}`, fields);
      else log.warn(`A webhook could not be taken: ${error.message}`, { ...fields, error });
      return errorAnswer(error);
    }
  }

  async #accept(
    hook: Hook,
    request: WebhookRequest,
    signal: AbortSignal | undefined,
  ): Promise<WebhookAnswer> {
    const now = this.#options.clock.now();
    if (request.rawBody.length > hook.maxBody) throw tooLarge(hook);
    // Nothing of the body is looked at before its sender is known to be right.
    const delivery = hook.verify(request, now);
    const payload = payloadOf(hook, request);
    const trigger: TriggerInfo = { kind: 'webhook', source: `/${hook.path}`, payload };
    const scope = triggerScope(hook.workflow, trigger, now, this.#options.secrets);
    const inputs = (hook.inputs?.evaluate(scope) ?? {}) as Record<string, Json>;
    const dedupeKey = await this.#dedupeKey(hook, delivery, hook.dedupe?.evaluate(scope), now);
    const started = await this.#options.start(hook.workflow, inputs, trigger, {
      ...(dedupeKey === undefined ? {} : { dedupeKey }),
      wantResponse: hook.respond === 'by_step',
    });
    return this.#answer(hook, started, signal);
  }

  /** The key by which a second delivery finds the first one's run; undefined where there is nothing to know it by. */
  async #dedupeKey(
    hook: Hook,
    { id, signature }: Delivery,
    value: Json | undefined,
    now: number,
  ): Promise<string | undefined> {
    const wanted =
      value === undefined || value === null || value === ''
        ? id && `id:${id}`
        : `key:${typeof value === 'string' ? value : JSON.stringify(value)}`;
    const prefix = `webhook:${hook.path}:`;
    // A replay is known by what was signed, whatever the workflow's own key says of it.
    const proof = signature ?? (hook.auth === 'standard-webhooks' && hook.dedupe ? id : undefined);
    if (proof === undefined) return wanted && prefix + wanted;
    const token = await this.#deliveries.remember({
      hook: `${hook.workflow} ${hook.path}`,
      token: wanted ?? `signature:${proof}:${now}`,
      id,
      signature: proof,
      now,
      windowMs: hook.windowMs,
    });
    return prefix + token;
  }

  async #answer(
    hook: Hook,
    started: StartedRun,
    signal: AbortSignal | undefined,
  ): Promise<WebhookAnswer> {
    const { run, created, skipped } = started;
    const received = () =>
      jsonAnswer(
        202,
        {
          run: { id: run.id, status: run.status },
          ...(created || skipped ? {} : { duplicate: true }),
          ...(skipped ? { skipped: true } : {}),
        },
        hook.respond === 'on_receive' ? undefined : { location: `/api/v1/runs/${run.id}` },
      );
    if (hook.respond === 'on_receive' || skipped) return received();
    const waited = await this.#within(signal, async (stop) => {
      if (hook.respond === 'by_step' && started.response) {
        const response = await started.response;
        if (response) return respondAnswer(response);
      }
      return finishedAnswer(await this.#options.finished(run.id, stop));
    });
    return waited ?? received();
  }

  /** What `wait` comes to, or undefined when it takes longer than a sender is kept waiting. */
  async #within(
    signal: AbortSignal | undefined,
    wait: (stop: AbortSignal) => Promise<WebhookAnswer>,
  ): Promise<WebhookAnswer | undefined> {
    const { clock, answerWithinMs = ANSWER_WITHIN_MS } = this.#options;
    const stop = new AbortController();
    const aborted = new Promise<undefined>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const abort = () => stop.abort();
    const cancel = clock.at(clock.now() + answerWithinMs, abort);
    signal?.addEventListener('abort', abort, { once: true });
    const answer = wait(stop.signal);
    // After an abort nobody listens to how the waiting ended.
    answer.catch(() => {});
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      cancel();
      signal?.removeEventListener('abort', abort);
      stop.abort(ANSWERED);
    }
  }
}

// One reason for all: an abort without one makes an exception with its stack for every request.
const ANSWERED = new Error('The sender has its answer.');

function tooLarge(hook: Hook): NexusError {
  return new NexusError({
    code: 'webhook.too_large',
    message: `The body is larger than the ${hook.maxBody} bytes that this webhook takes.`,
    hint: 'Send less, or raise max_body in the workflow.',
  });
}

import type { Json } from '#contract/common.ts';
import type { ErrorShape } from '#contract/errors.ts';
import type { LogLine, RunDetail, RunEvent, RunSummary } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { assemble } from './assemble.ts';
import type { Core, EngineOptions } from './core.ts';
import { readBlocked, unblock } from './blocked.ts';
import type { BlockedStep, Engine, Started, StartRequest } from './door.ts';
import { LOOK_MS, Lookout } from './lookout.ts';
import { adopt, takeOver } from './ownership.ts';
import { approveStep, deliver, readActive, send, type Decision } from './people.ts';
import {
  countActive,
  listRuns,
  readAsking,
  readDetail,
  readOutputs,
  readStatistics,
  type ListFilter,
} from './reading.ts';
import { WHOLE } from './records.ts';
import { retain } from './retention.ts';
import { retryRun } from './retry.ts';
import { start } from './start.ts';
import { readLog, untilEnded, watchRun, watchRuns } from './streams.ts';
import { STOPPING, stoppingError } from './stopping.ts';
import { Timers } from './timers.ts';
import { wakeDue } from './wake.ts';

/** The engine over one database. See {@link Engine}, and `docs/adr/0002-journal.md` for the why. */
export class DurableEngine implements Engine {
  readonly #core: Core;
  readonly #timers: Timers;
  #state: 'ready' | 'stopping' | 'fenced' | 'failed' = 'ready';
  #problem: ErrorShape | undefined;
  #lookout: Lookout | undefined;
  #resting: (() => void)[] = [];

  constructor(options: EngineOptions) {
    this.#timers = new Timers(options.clock, () => this.#wakeDue());
    this.#core = assemble(
      options,
      {
        fenced: () => this.#fence(),
        failed: (problem) => this.#fail(problem),
        recovered: () => this.#recover(),
        rested: () => this.#rest(),
      },
      () => this.#timers,
    );
  }

  async open(scope: 'all' | 'own'): Promise<void> {
    this.#core.lease.register();
    this.#core.accepting = true;
    this.#lookout = new Lookout(this.#core, scope, () => this.#state === 'failed');
    if (scope === 'all') await takeOver(this.#core);
    this.#lookout.start();
  }

  start(request: StartRequest): Promise<Started> {
    const refused = this.#refusal();
    return refused ? Promise.reject(refused) : start(this.#core, request);
  }

  adopt(run: string): Promise<void> {
    return adopt(this.#core, run);
  }

  finished(run: string, signal?: AbortSignal): Promise<RunDetail> {
    return untilEnded(this.#core, run, signal);
  }

  async parked(): Promise<void> {
    while (!this.#atRest())
      await new Promise<void>((resolve) => {
        this.#resting.push(resolve);
      });
  }

  get(run: string): RunDetail {
    return readDetail(this.#core, run);
  }

  outputs(run: string): Record<string, Json> {
    return readOutputs(this.#core, run);
  }

  list(filter: ListFilter): { items: RunSummary[]; next?: string } {
    return listRuns(this.#core, filter);
  }

  watch(run: string, signal?: AbortSignal): AsyncIterable<RunEvent> {
    return watchRun(this.#core, run, signal);
  }

  changes(signal?: AbortSignal): AsyncIterable<RunSummary> {
    return watchRuns(this.#core, signal);
  }

  log(
    run: string,
    options: { step?: string; after: number; follow: boolean; signal?: AbortSignal },
  ): AsyncIterable<LogLine> {
    return readLog(this.#core, run, options);
  }

  async cancel(run: string, by: string, reason?: string): Promise<RunSummary> {
    readActive(this.#core, run);
    return send(this.#core, run, {
      type: 'cancel',
      by,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  async retry(run: string, options: Parameters<Engine['retry']>[1]): Promise<RunSummary> {
    const refused = this.#refusal();
    if (refused) throw refused;
    return retryRun(this.#core, run, options);
  }

  resolve(
    run: string,
    options: { step: string; index?: number; action: 'retry' | 'skip' | 'fail'; by: string },
  ): Promise<RunSummary> {
    return send(this.#core, run, {
      type: 'resolve',
      step: options.step,
      index: options.index ?? WHOLE,
      action: options.action,
      by: options.by,
    });
  }

  approvals(): ReturnType<Engine['approvals']> {
    return readAsking(this.#core);
  }

  unblock(key: string): void {
    unblock(this.#core, key);
  }

  blocked(key: string): BlockedStep[] {
    return readBlocked(this.#core, key);
  }

  approve(run: string, decision: Decision): Promise<RunSummary> {
    return approveStep(this.#core, run, decision);
  }

  sendEvent(event: { name: string; key?: string; data?: Json }): Promise<number> {
    return deliver(this.#core, event);
  }

  statistics(hours: number): ReturnType<Engine['statistics']> {
    return readStatistics(this.#core, hours);
  }

  activeRuns(): number {
    return countActive(this.#core);
  }

  state(): ReturnType<Engine['state']> {
    return this.#problem ? { state: this.#state, problem: this.#problem } : { state: this.#state };
  }

  counters(): Record<string, number> {
    const { batch, journal, counters, runs, slots } = this.#core;
    return {
      commits: batch.commits,
      // In WAL mode with synchronous=FULL a commit is one sync of the log.
      syncs: batch.commits,
      rows: journal.rows,
      runs: counters.runs,
      steps: counters.steps,
      attempts: counters.attempts,
      executing: slots.taken,
      waiting_for_a_place: slots.waiting,
      runs_in_memory: runs.size,
    };
  }

  retain(limits: { days: number; runs: number }): Promise<{ deleted: number }> {
    return retain(this.#core, limits);
  }

  /** Lets steps that had to wait begin after the limit of parallel steps was raised. */
  limitsChanged(): void {
    this.#core.slots.grant();
  }

  async close(graceMs: number): Promise<void> {
    const core = this.#core;
    this.#lookout?.stop();
    this.#timers.stop();
    core.accepting = false;
    if (this.#state === 'ready') this.#state = 'stopping';
    await this.#settled(graceMs);
    const stopping = stoppingError();
    for (const run of core.runs.values())
      for (const { controller } of run.executing.values()) controller.abort(stopping);
    await this.#settled(Math.min(graceMs, 2000));
    if (!core.halted && this.#state === 'stopping')
      await core.batch.operation(() => core.lease.release()).catch(() => undefined);
    core.halted = true;
    for (const run of core.runs.values()) run.responder?.(undefined);
    core.batch.close(stopping);
    core.book.close();
    core.live.close();
    for (const wait of this.#resting.splice(0)) wait();
  }

  // Waits for what executes to end, and for its commit, no longer than `ms`.
  async #settled(ms: number): Promise<void> {
    const executing = () =>
      [...this.#core.runs.values()].some((run) => run.executing.size > 0) ||
      (!this.#core.batch.idle && this.#state === 'stopping');
    if (!executing()) return;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#rest();
    }, ms);
    while (executing() && !late)
      await new Promise<void>((resolve) => {
        this.#resting.push(resolve);
      });
    clearTimeout(timer);
  }

  #atRest(): boolean {
    if (this.#core.halted) return true;
    return this.#core.batch.idle && this.#core.slots.waiting === 0 && this.#core.runs.size === 0;
  }

  #rest(): void {
    // After the commit's other listeners: they may begin something.
    if (this.#resting.length > 0)
      setImmediate(() => {
        for (const wait of this.#resting.splice(0)) wait();
      });
  }

  #refusal(): NexusError | undefined {
    if (this.#state === 'ready' && this.#core.accepting) return undefined;
    if (this.#problem) return new NexusError(this.#problem);
    return stoppingError();
  }

  #wakeDue(): number | null {
    const core = this.#core;
    if (!core.accepting) return null;
    const now = core.now();
    if (wakeDue(core, now)) return now;
    if (this.#state === 'failed') return now + LOOK_MS;
    return core.journal.earliest(core.lease.id, now);
  }

  #fence(): void {
    const core = this.#core;
    this.#state = 'fenced';
    this.#problem = new NexusError({
      code: 'engine.fenced',
      message: 'Another Nexus process has taken over the work of this one.',
      hint: 'This process was stalled or asleep for too long. Start it again.',
      kind: 'operational',
    }).toShape();
    core.accepting = false;
    core.halted = true;
    this.#timers.stop();
    this.#lookout?.stop();
    const reason = new NexusError({ ...this.#problem, code: STOPPING });
    for (const run of core.runs.values())
      for (const { controller } of run.executing.values()) controller.abort(reason);
    core.live.close();
    core.log.error(this.#problem.message, { hint: this.#problem.hint });
    this.#rest();
  }

  #fail(problem: NexusError): void {
    if (this.#state === 'ready') this.#state = 'failed';
    this.#problem = problem.toShape();
    this.#core.log.error(problem.message, { code: problem.code, hint: problem.hint });
    this.#rest();
  }

  #recover(): void {
    if (this.#state === 'failed') this.#state = 'ready';
    this.#problem = undefined;
    this.#core.log.info('The journal can be written again.');
    const next = this.#core.journal.earliest(this.#core.lease.id, 0);
    if (next !== null) this.#timers.at(next);
  }
}

import { readStream, type NexusClient } from '#contract/client.ts';
import {
  terminalRunStatuses,
  type RunDetail,
  type RunEvent,
  type RunStep,
} from '#contract/runs.ts';
import { pc } from './colours.ts';
import { clean, errorLine, exitCode, note, print } from './io.ts';
import { canRedraw, drawLine, eraseLine } from './liveLine.ts';

const MARK: Record<string, string> = {
  succeeded: pc.green('✓'),
  failed: pc.red('✗'),
  skipped: pc.dim('–'),
  cancelled: pc.yellow('■'),
  interrupted: pc.yellow('!'),
  waiting: pc.cyan('…'),
  running: pc.cyan('▶'),
  queued: pc.dim('·'),
  pending: pc.dim('·'),
};

/** Where the lines go: a terminal gets a line of progress below them, JSON callers get nothing. */
export interface FollowOptions {
  json: boolean;
  signal: AbortSignal;
  /** Called when a step waits for the vault; false ends the following. */
  onLocked?: () => Promise<boolean>;
}

/**
 * Follows a run to its end, printing a line whenever a step begins, waits or ends, and its log.
 * Resolves with the run as it ended, or as it stands when `signal` is aborted.
 */
export async function followRun(
  client: NexusClient,
  id: string,
  options: FollowOptions,
): Promise<RunDetail> {
  const quiet = options.json;
  const progress = new Progress(!quiet && canRedraw());
  const ended = new AbortController();
  const given = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const logSignal = AbortSignal.any([options.signal, given.signal]);
  const log = quiet ? Promise.resolve() : followLog(client, id, progress, logSignal);
  // Where the run cannot be watched, that is what is said, and not the same of its log a second time.
  log.catch(() => undefined);
  try {
    for await (const event of readStream(client, client.runs.watch({ id }, { signal }), signal)) {
      if (!quiet) show(event, progress);
      if (event.type === 'end') break;
      if (event.type === 'run' && terminalRunStatuses.includes(event.run.status)) break;
      if (waitsForVault(event) && options.onLocked && !(await options.onLocked())) {
        given.abort();
        break;
      }
    }
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
  if (!options.signal.aborted) await log;
  ended.abort();
  progress.done();
  return (await client.runs.get({ id })).run;
}

const waitsForVault = (event: RunEvent): boolean =>
  event.type === 'step'
    ? event.step.blocked_by === 'vault'
    : event.type === 'run' && event.run.steps.some((step) => step.blocked_by === 'vault');

async function followLog(
  client: NexusClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const line of readStream(
      client,
      client.runs.log({ id, follow: true, after: 0 }, { signal }),
      signal,
    )) {
      const text = line.stream === 'stderr' ? pc.dim(clean(line.text)) : clean(line.text);
      progress.print(`  ${pc.dim(`${line.step} │`)} ${text}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function show(event: RunEvent, progress: Progress): void {
  if (event.type === 'run') progress.begin(event.run);
  if (event.type === 'step') progress.step(event.step);
  if (event.type === 'status' && event.status === 'interrupted') {
    progress.print(pc.yellow('A step was interrupted and needs a decision: nexus run resolve'));
  }
}

/** Step lines on stdout and, on a terminal, one line on stderr that says how far the run is. */
class Progress {
  readonly #live: boolean;
  readonly #steps = new Map<string, RunStep>();
  #workflow = '';

  constructor(live: boolean) {
    this.#live = live;
  }

  begin(run: RunDetail): void {
    this.#workflow = run.workflow;
    for (const step of run.steps) {
      this.#steps.set(step.id, { ...step, status: 'pending' });
      if (step.status !== 'pending') this.step(step);
    }
    this.#draw();
  }

  step(step: RunStep): void {
    if (this.#steps.get(step.id)?.status !== step.status) this.print(stepLine(step));
    this.#steps.set(step.id, step);
    this.#draw();
  }

  print(line: string): void {
    this.#erase();
    print(line);
    this.#draw();
  }

  done(): void {
    this.#erase();
  }

  #erase(): void {
    if (this.#live) eraseLine();
  }

  #draw(): void {
    if (!this.#live) return;
    const all = [...this.#steps.values()];
    const done = all.filter((step) =>
      ['succeeded', 'failed', 'skipped', 'cancelled'].includes(step.status),
    ).length;
    const now = all
      .filter((step) => step.status === 'running' || step.status === 'waiting')
      .map((step) => step.id);
    const width = 20;
    const filled = all.length ? Math.round((done / all.length) * width) : 0;
    const bar = pc.green('━'.repeat(filled)) + pc.dim('━'.repeat(width - filled));
    drawLine(
      `${bar} ${done}/${all.length} ${pc.bold(clean(this.#workflow))} ${pc.dim(clean(now.slice(0, 3).join(', ')))}`,
    );
  }
}

/** `✓ build (shell) 1.2 s`, with attempts and the error where there are any. */
export function stepLine(step: RunStep): string {
  const ms =
    step.started_at && step.ended_at
      ? Date.parse(step.ended_at) - Date.parse(step.started_at)
      : undefined;
  const parts = [MARK[step.status] ?? '·', step.id, pc.dim(`(${step.uses})`), step.status];
  if (ms !== undefined) parts.push(pc.dim(ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`));
  if (step.blocked_by === 'vault') parts.push(pc.yellow('for the vault to be unlocked'));
  if (step.attempts > 1) parts.push(pc.dim(`attempt ${step.attempts}`));
  if (step.error) parts.push(pc.red(errorLine(step.error)));
  return parts.join(' ');
}

/** The last lines of a followed run, and the exit code that its status means. */
export function concludeRun(run: RunDetail): number {
  const seconds =
    run.started_at && run.ended_at
      ? ` in ${((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000).toFixed(1)} s`
      : '';
  print(`${MARK[run.status] ?? ''} run ${run.id} ${run.status}${seconds}`);
  if (run.outputs && Object.keys(run.outputs).length > 0)
    print(JSON.stringify(run.outputs, null, 2));
  if (run.error) note(`error: ${errorLine(run.error)}`);
  return statusExit(run);
}

/** 0 for success, 1 for anything else that has ended or stopped. */
export function statusExit(run: RunDetail): number {
  return run.status === 'succeeded' ? exitCode.ok : exitCode.failed;
}

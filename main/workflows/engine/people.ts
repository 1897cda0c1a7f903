import type { Json } from '#contract/common.ts';
import type { RunSummary } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { beginAgain } from './advance.ts';
import { checkApproval } from './approval.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import { interrupted } from './load.ts';
import { isTerminal, WHOLE, type RunRecord, type StepRecord } from './records.ts';
import { end, fail, succeed, unpark } from './steps.ts';
import { summaryOf } from './view.ts';
import { stopRun } from './wake.ts';

/** What a person or another process wants of a run. */
export type Signal =
  | { type: 'cancel'; by?: string; reason?: string }
  | { type: 'resolve'; step: string; index: number; action: 'retry' | 'skip' | 'fail'; by: string }
  | { type: 'approve'; step: string; index: number; decision: Json }
  | { type: 'event'; step: string; index: number; data: Json }
  | { type: 'begin' };

/** @throws NexusError `run.not_found`, `run.ended` */
export function readActive(core: Core, id: string): { record: RunRecord; owner: string | null } {
  const found = core.journal.readRun(id);
  if (!found) throw runNotFound(id);
  if (isTerminal(found.record.status)) {
    throw new NexusError({
      code: 'run.ended',
      message: `Run ${id} has ended: ${found.record.status}.`,
      hint: 'Retry it to run it again.',
    });
  }
  return found;
}

export function runNotFound(id: string): NexusError {
  return new NexusError({
    code: 'run.not_found',
    message: `There is no run ${id}.`,
    hint: 'See the list of runs; old ones are deleted by the retention settings.',
  });
}

/**
 * Gives a signal to whoever drives the run: at once when that is this process (which takes the run
 * over when nobody does), else through the journal. Resolves once it is committed.
 */
export async function send(core: Core, id: string, signal: Signal): Promise<RunSummary> {
  const { owner } = readActive(core, id);
  if (owner !== core.lease.id && !(await core.adoptQuietly(id))) {
    const kept = core.options.redactJson(signal);
    await core.batch.operation(() => core.journal.signal(id, kept, core.now()));
    return summaryOf(core.journal.readRun(id)!.record);
  }
  const run = core.load(id);
  if (run) {
    apply(core, run, signal);
    // A large decision goes to a file first; only what the journal holds is acknowledged.
    await Promise.all(run.spilling);
    await core.batch.committed();
  }
  return summaryOf(core.journal.readRun(id)!.record);
}

/** Does what a signal asks, if the run is still in a state for it. @throws NexusError when it is not. */
export function apply(core: Core, run: LiveRun, signal: Signal): void {
  switch (signal.type) {
    case 'cancel':
      if (run.record.status === 'queued') run.agenda.length = 0;
      stopRun(core, run, {
        type: 'cancel',
        phase: run.record.phase,
        ...(signal.by === undefined ? {} : { by: signal.by }),
        ...(signal.reason === undefined ? {} : { reason: core.options.redact(signal.reason) }),
      });
      if (run.record.status === 'queued') run.record.status = 'running';
      break;
    case 'resolve':
      resolve(core, run, signal);
      break;
    case 'approve': {
      const { at, record } = waiting(run, signal, 'approval');
      failpoint('engine.approval.applied');
      const { wait } = record;
      if (wait?.type === 'approval' && wait.resume !== undefined)
        resume(core, run, at, record, { ...wait, resume: wait.resume }, signal.decision);
      else succeed(core, run, at, record, signal.decision);
      break;
    }
    case 'event': {
      const { at, record } = waiting(run, signal, 'wait_event');
      failpoint('engine.event.applied');
      succeed(core, run, at, record, { data: signal.data, timed_out: false });
      break;
    }
    case 'begin':
      break;
  }
  core.advance(run);
}

// The step itself asked before it did anything: now it does it, or it never will.
function resume(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  wait: { resume: string; choices: string[]; title: string },
  decision: Json,
): void {
  const { choice, by } = decision as { choice?: Json; by?: Json };
  unpark(run, record);
  if (choice !== wait.choices[0]) return fail(core, run, at, record, rejected(wait.title, by));
  record.approved = wait.resume;
  record.status = 'pending';
  // To ask was no attempt.
  record.attempts -= 1;
  run.dirty.add(record);
  beginAgain(core, run, record.step, record.index);
}

function rejected(title: string, by: Json | undefined): NexusError {
  return new NexusError({
    code: 'approval.rejected',
    message: `“${title}” was rejected${typeof by === 'string' ? ` by ${by}` : ''}.`,
    hint: 'Nothing was done.',
    details: { retryable: false },
  });
}

function waiting(
  run: LiveRun,
  { step, index }: { step: string; index: number },
  type: 'approval' | 'wait_event',
): { at: number; record: StepRecord } {
  const found = run.find(step, index);
  if (found?.record.status === 'waiting' && found.record.wait?.type === type) return found;
  throw notWaiting(run.record.id, step, type === 'approval' ? 'a decision' : 'an event');
}

export function notWaiting(run: string, step: string, what: string): NexusError {
  return new NexusError({
    code: what === 'a decision' ? 'approval.not_waiting' : 'step.not_waiting',
    message: `“${step}” of run ${run} does not wait for ${what}.`,
    hint: 'Somebody may have been faster. Look at the run.',
  });
}

function resolve(core: Core, run: LiveRun, signal: Extract<Signal, { type: 'resolve' }>): void {
  const found = run.find(signal.step, signal.index);
  if (found?.record.status !== 'interrupted') {
    throw new NexusError({
      code: 'step.not_interrupted',
      message: `“${signal.step}” of run ${run.record.id} is not interrupted.`,
      hint: 'Look at the run: it may have been resolved already.',
    });
  }
  const { at, record } = found;
  failpoint('engine.resolve.applied');
  void core.book.append(
    run.record.id,
    record.step,
    record.index,
    record.attempts,
    'system',
    [`Interrupted; ${signal.by} chose ${signal.action}.`],
    core.now(),
  );
  unpark(run, record);
  if (signal.action === 'retry') {
    record.status = 'pending';
    record.error = null;
    beginAgain(core, run, record.step, record.index);
  } else if (signal.action === 'skip') end(core, run, at, record, 'skipped', null);
  else fail(core, run, at, record, interrupted(record.step));
}

/** Who decides what; see {@link Signal}. */
export interface Decision {
  step?: string;
  index?: number;
  choice?: string;
  fields: Record<string, Json>;
  comment?: string;
  by: string;
  roles: string[];
}

/** Finds the approval that is meant, checks the decision, and gives it to the run. */
export async function approveStep(core: Core, id: string, decision: Decision): Promise<RunSummary> {
  readActive(core, id);
  const asking = core.journal
    .readSteps(id)
    .filter((row) => row.status === 'waiting' && row.wait?.type === 'approval')
    .filter((row) => decision.step === undefined || row.step === decision.step)
    .filter((row) => decision.index === undefined || row.index === decision.index);
  if (asking.length === 0) throw notWaiting(id, decision.step ?? 'No step', 'a decision');
  if (asking.length > 1) {
    throw new NexusError({
      code: 'approval.ambiguous',
      message: `Run ${id} waits for ${asking.length} decisions.`,
      hint: `Say which: ${asking.map((row) => row.step + (row.index === WHOLE ? '' : `[${row.index}]`)).join(', ')}.`,
    });
  }
  const { step, index, wait } = asking[0]!;
  if (wait?.type !== 'approval') throw notWaiting(id, step, 'a decision');
  return send(core, id, { type: 'approve', step, index, decision: checkApproval(wait, decision) });
}

/** Gives an event to every step that waits for it. @returns how many do. */
export async function deliver(
  core: Core,
  event: { name: string; key?: string; data?: Json },
): Promise<number> {
  const rows = core.journal.db
    .prepare('SELECT run, step, idx, wait FROM steps WHERE event = ?')
    .all(event.name) as { run: string; step: string; idx: number; wait: string }[];
  const meant = rows.filter((row) => {
    const wait = JSON.parse(row.wait) as { key?: string };
    return wait.key === undefined || wait.key === event.key;
  });
  const sent = await Promise.all(
    meant.map(({ run, step, idx: index }) =>
      send(core, run, { type: 'event', step, index, data: event.data ?? null }).then(
        () => 1,
        // It went on by itself (a timeout, a cancel) between the look and the delivery.
        (error: unknown) => {
          if (error instanceof NexusError && /^(run|step)\./.test(error.code)) return 0;
          throw error;
        },
      ),
    ),
  );
  return sent.reduce<number>((sum, one) => sum + one, 0);
}

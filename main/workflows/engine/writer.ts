import { admit, tellEvicted } from './admit.ts';
import { concluded } from './begin.ts';
import type { Writer } from './batch.ts';
import { childEnded } from './children.ts';
import type { Core } from './core.ts';
import type { EngineEvents } from './door.ts';
import { launch } from './execute.ts';
import type { LiveRun } from './live-run.ts';
import { approvalOf, interruptionOf } from './reading.ts';
import { stepEnded, type StepRecord } from './records.ts';
import { summaryOf } from './view.ts';

/** What happens to the engine as a whole because of a commit. */
export interface Fate {
  fenced(): void;
  failed: Writer<LiveRun>['failed'];
  recovered(): void;
  /** Something was committed or let go: whoever waits for rest may look. */
  rested(): void;
}

/** Writes runs into the journal and, once that is committed, acts on what was decided. */
export function runWriter(core: () => Core, fate: Fate): Writer<LiveRun> {
  return {
    holdsLease: () => core().lease.held(),
    write: (run) => writeRun(core(), run),
    writeRest: () => {
      core().book.write();
      core().journal.writeCounts();
    },
    committed: (runs) => {
      const shared = core();
      for (const grown of shared.book.committed()) shared.live.logged(grown);
      shared.fresh = [];
      for (const run of runs) committed(shared, run);
      fate.rested();
    },
    rolledBack: () => {
      const shared = core();
      shared.book.rolledBack();
      shared.journal.dropCounts();
      for (const run of shared.fresh.splice(0)) discard(shared, run);
    },
    broken: (run, problem) => {
      core().log.error('A run could not be written and is left as it was.', {
        run: run.record.id,
        error: problem,
      });
      discard(core(), run);
    },
    fenced: () => fate.fenced(),
    failed: (problem) => fate.failed(problem),
    recovered: () => fate.recovered(),
  };
}

function writeRun(core: Core, run: LiveRun): void {
  if (run.discarded) return;
  const { record } = run;
  const created = !run.stored;
  if (created) {
    // One that another run brought about; a start has found its place by now.
    if (record.group !== null && record.status === 'queued') run.evicts = admit(core, run);
    core.options.remember(run.compiled);
    core.journal.insertRun(record, run.ended ? null : core.lease.id);
  } else
    core.journal.updateRun(record, run.ended ? null : core.lease.id, run.ended && !run.endWritten);
  for (const step of run.dirty) core.journal.writeStep(record.id, step);
  for (const { record: step, endedAt } of run.retried)
    core.journal.writeAttempt(record.id, step, endedAt, step.error);
  // Turned away: the step that called it hears of it in this very transaction.
  if (created && record.error?.code === 'run.skipped') childEnded(core, record, null);
}

// The commit holds: begin the effects that it announces, tell who listens, let go of what rests.
function committed(core: Core, run: LiveRun): void {
  const { record } = run;
  run.stored = true;
  if (run.ended) run.endWritten = true;
  tellEvicted(core, run.evicts.splice(0));
  const changed = [...run.dirty];
  run.dirty.clear();
  run.retried.length = 0;
  // A process that was stopped for long right behind its commit may have been robbed since: no
  // effect begins before another commit confirms the lease.
  const stalled = run.launches.length > 0 && core.lease.doubtful;
  const launches = stalled ? [] : run.launches;
  if (stalled) core.batch.add(run);
  else run.launches = [];
  for (const what of launches) launch(core, run, what, concluded);
  for (const response of run.responses.splice(0)) {
    run.responder?.({
      status: response.status,
      headers: response.headers,
      body: response.body,
    });
    run.responder = undefined;
  }
  announce(core, run, changed);
  // Only now: a timer that is faster than the commit would look for a row that is not there.
  if (record.wakeAt !== null && !run.ended) core.wakeAt(record.wakeAt);
  if (run.ended) return letGo(core, run);
  if (record.status === 'queued') {
    core.runs.delete(record.id);
    core.promote(record.group!);
  } else if (run.agenda.length > 0) setImmediate(() => core.advance(run));
  else if (run.idle) {
    core.runs.delete(record.id);
    core.book.forget(record.id);
  }
}

function letGo(core: Core, run: LiveRun): void {
  run.responder?.(undefined);
  run.responder = undefined;
  core.runs.delete(run.record.id);
  core.book.forget(run.record.id);
  if (run.record.group !== null) core.promote(run.record.group);
}

function announce(core: Core, run: LiveRun, changed: StepRecord[]): void {
  const { record } = run;
  if (core.live.heard(record.id))
    core.live.changed(record.id, new Set(changed.map((step) => step.step)));
  const events = core.options.events;
  if (!events) return;
  events.emit('run_changed', summaryOf(record));
  for (const step of changed) if (!stepEnded(step.status)) asks(run, step, events);
  if (run.ended) events.emit('run_ended', { run: summaryOf(record), outputs: run.finalOutputs });
}

function asks(
  run: LiveRun,
  step: StepRecord,
  events: { emit<N extends keyof EngineEvents>(name: N, payload: EngineEvents[N]): void },
): void {
  if (step.status === 'interrupted')
    events.emit('step_interrupted', interruptionOf(run.record, step, run.compiled));
  else if (step.status === 'waiting' && step.wait?.type === 'approval')
    events.emit('approval_asked', approvalOf(run.record, step, step.wait));
}

// A run whose creation did not come about: nobody was told of it.
function discard(core: Core, run: LiveRun): void {
  run.discarded = true;
  core.runs.delete(run.record.id);
  core.batch.drop(run);
  for (const _ of run.launches) core.slots.release();
  run.launches = [];
  core.slots.leave(run);
}

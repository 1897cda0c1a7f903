import { NexusError } from '#main/base/errors.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';

/**
 * Gives a new run of a concurrency group its place: it runs, queues, or is turned away. Inside the
 * transaction that creates it, so that it is decided once for all processes. Whoever has not ended
 * counts, also those that queue: nobody overtakes them, and `skip` and `cancel` mean them too.
 *
 * @returns runs to be told to end for it; the wish is journaled along, so that no death in between
 * leaves both.
 */
export function admit(core: Core, run: LiveRun): string[] {
  const { record } = run;
  const { mode, max } = run.compiled.concurrency!;
  const others = core.journal.groupOldest(record.group!);
  const full = core.journal.groupUnended(record.group!) >= max;
  if (full && mode === 'skip') {
    turnAway(core, run, max);
    return [];
  }
  const evicted =
    full && mode === 'cancel' ? others.slice(0, Math.max(0, others.length - max + 1)) : [];
  const reason = `run ${record.id} of the same group was started`;
  for (const id of evicted) core.journal.signal(id, { type: 'cancel', reason }, core.now());
  if (full) queue(run);
  return evicted;
}

/** Has a run wait for a place in its group, which the journal gives it. */
export function queue(run: LiveRun): void {
  run.record.status = 'queued';
  run.record.startedAt = null;
  run.record.deadlineAt = null;
}

function turnAway(core: Core, run: LiveRun, max: number): void {
  const { record } = run;
  record.status = 'cancelled';
  record.endedAt = core.now();
  record.error = new NexusError({
    code: 'run.skipped',
    message: `${record.workflow} was skipped: ${max === 1 ? 'a run' : `${max} runs`} of its group had not ended.`,
    hint: 'Use the concurrency mode queue to have it wait instead.',
    kind: 'operational',
  }).toShape();
  run.ended = true;
}

/** Has runs that are to make room end now, where this process drives them or nobody does. */
export function tellEvicted(core: Core, runs: string[]): void {
  for (const run of runs)
    core.adoptQuietly(run).catch((error: unknown) => {
      if (!(error instanceof NexusError && error.code === 'run.ended'))
        core.log.warn('A run could not be stopped.', { run, error });
    });
}

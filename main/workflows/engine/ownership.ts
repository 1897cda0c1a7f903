import { NexusError } from '#main/base/errors.ts';
import { unblockWhatCan } from './blocked.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import { apply, readActive, type Signal } from './people.ts';

/** Takes over what dead processes left and what nobody drives, and goes on with it. */
export async function takeOver(core: Core): Promise<void> {
  const moved = await core.batch.operation(() => core.lease.takeOver());
  if (!moved) return;
  takeUpRuns(core);
  await core.batch.committed();
}

/** Loads and advances every run of this process that has something to do, or may have. */
function takeUpRuns(core: Core): void {
  const { db } = core.journal;
  const rows = db
    .prepare(
      "SELECT id, grp, status FROM runs WHERE owner = ? AND ended_at IS NULL AND (status IN ('running', 'queued') OR stop IS NOT NULL) ORDER BY id",
    )
    .all(core.lease.id) as { id: string; grp: string | null; status: string }[];
  const groups = new Set<string>();
  for (const { id, grp, status } of rows) {
    if (grp !== null) groups.add(grp);
    if (status !== 'queued') takeUp(core, id);
  }
  // What was asked of them while their owner was dying.
  takeSignals(core);
  // A group's place may have become free while nobody looked.
  for (const group of groups) core.promote(group);
  unblockWhatCan(core);
  const next = core.journal.earliest(core.lease.id, 0);
  if (next !== null) core.wakeAt(next);
}

function takeUp(core: Core, id: string): void {
  try {
    const run = core.load(id);
    if (!run) return;
    if (run.record.stop) stopChildren(core, run);
    core.advance(run);
  } catch (error) {
    core.log.error('A run could not be taken up.', { run: id, error });
  }
}

// The cancel of a run is committed before those that it called are told: a crash may come between.
function stopChildren(core: Core, run: LiveRun): void {
  for (const step of run.parked) {
    if (step.wait?.type !== 'child') continue;
    const child = core.journal.readRun(step.wait.run)?.record;
    if (!child || child.endedAt !== null || child.stop) continue;
    core.stop(child.id, { by: run.record.stop?.by, reason: run.record.stop?.reason });
  }
}

/**
 * Takes over one run, those that it called and those that wait for it, where their owner is gone.
 * @throws NexusError `run.owned` when a living process drives it.
 */
export async function adopt(core: Core, id: string): Promise<void> {
  if (!(await adoptQuietly(core, id))) {
    throw new NexusError({
      code: 'run.owned',
      message: `Run ${id} is driven by another Nexus process.`,
      hint: 'Let that process go on with it, or stop it first.',
      kind: 'operational',
    });
  }
  await core.batch.committed();
}

/** The same; false instead of an error. */
export async function adoptQuietly(core: Core, id: string): Promise<boolean> {
  readActive(core, id);
  const mine = await core.batch.operation(() => {
    const found = core.journal.readRun(id);
    if (!found || found.record.endedAt !== null) return [];
    const { owner } = found;
    if (owner === core.lease.id) return [id];
    if (owner !== null && !core.lease.buryIfDead(owner)) return undefined;
    const family = familyOf(core, id);
    const move = core.journal.db.prepare(
      'UPDATE runs SET owner = ? WHERE id = ? AND owner IS NULL AND ended_at IS NULL',
    );
    for (const one of family) move.run(core.lease.id, one);
    return family;
  });
  if (!mine) return false;
  for (const one of mine) takeUp(core, one);
  unblockWhatCan(core);
  takeSignals(core);
  const next = core.journal.earliest(core.lease.id, 0);
  if (next !== null) core.wakeAt(next);
  return true;
}

// Runs that call one another are driven by one process, so that an end and what waits for it share a commit.
function familyOf(core: Core, id: string): string[] {
  let top = id;
  for (;;) {
    const caller = core.journal.readRun(top)?.record.caller?.run;
    if (!caller) break;
    top = caller;
  }
  const family = [top];
  for (const one of family) family.push(...core.journal.children(one));
  return family;
}

const SIGNALS_AT_ONCE = 500;

/** Does what other processes have asked of this one's runs. */
export function takeSignals(core: Core): void {
  const rows = core.journal.db
    .prepare(
      'SELECT signals.id AS id, run, signal FROM signals JOIN runs ON runs.id = signals.run WHERE runs.owner = ? ORDER BY signals.id LIMIT ?',
    )
    .all(core.lease.id, SIGNALS_AT_ONCE) as { id: number; run: string; signal: string }[];
  const fresh = rows.filter(({ id }) => !core.signals.has(id));
  if (fresh.length === 0) return;
  for (const { id: row, run: id, signal } of fresh) {
    core.signals.add(row);
    try {
      const run = core.load(id);
      if (run) apply(core, run, JSON.parse(signal) as Signal);
    } catch (error) {
      core.log.warn('A request to a run came too late.', { run: id, error });
    }
  }
  // In the same commit as what they brought about.
  const remove = core.journal.db.prepare('DELETE FROM signals WHERE id = ?');
  core.batch
    .operation(() => {
      for (const { id } of fresh) remove.run(id);
    })
    .then(() => {
      for (const { id } of fresh) core.signals.delete(id);
      if (rows.length === SIGNALS_AT_ONCE) takeSignals(core);
    })
    .catch((error: unknown) => core.log.warn('Requests stay in the journal.', { error }));
}

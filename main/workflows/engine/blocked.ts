import type { NexusError } from '#main/base/errors.ts';
import { ASKS, asksFor } from './asks.ts';
import { begin } from './begin.ts';
import type { Core } from './core.ts';
import { Code } from './decide.ts';
import type { BlockedStep } from './door.ts';
import type { LiveRun } from './live-run.ts';
import { WHOLE, type RunRecord, type StepRecord } from './records.ts';
import { stepOfRow, type StepRow } from './rows.ts';
import { unpark } from './steps.ts';

/** What the error of an expression waits for, where it is nothing that the step has done wrong. */
export function blockedBy(core: Core, error: NexusError): string | undefined {
  return core.options.blockedBy?.(error);
}

/** Goes on with every step of this process's runs that waits for `key`. */
export function unblock(core: Core, key: string): void {
  if (!core.accepting) return;
  const { db } = core.journal;
  const waiting = db
    .prepare(
      'SELECT DISTINCT run FROM steps JOIN runs ON runs.id = steps.run WHERE asks = ? AND runs.owner = ? ORDER BY run',
    )
    .all(asksFor(key), core.lease.id) as { run: string }[];
  // A run whose outputs wait has ended all its steps.
  const held = db
    .prepare(
      "SELECT id AS run FROM runs WHERE owner = ? AND ended_at IS NULL AND status = 'waiting' AND NOT EXISTS (SELECT 1 FROM steps WHERE steps.run = runs.id AND steps.status = 'waiting')",
    )
    .all(core.lease.id) as { run: string }[];
  const inMemory = [...core.runs.values()].map(({ record }) => ({ run: record.id }));
  for (const id of new Set([...waiting, ...held, ...inMemory].map(({ run }) => run))) {
    try {
      const run = core.load(id);
      if (run) release(core, run, key);
    } catch (error) {
      core.log.error('A run that was blocked could not go on.', { run: id, error });
    }
  }
}

function release(core: Core, run: LiveRun, key: string): void {
  if (run.held === key) run.held = undefined;
  for (const record of Array.from(run.parked)) {
    if (record.wait?.type !== 'blocked' || record.wait.key !== key) continue;
    const { decide } = record.wait;
    const at = run.stage.graph.position.get(record.step)!;
    unpark(run, record);
    run.dirty.add(record);
    if (decide && record.index === WHOLE) {
      // Its condition or its list could not be looked at: it is decided about anew.
      record.status = 'pending';
      run.stage.codes[at] = Code.pending;
      run.agenda.push(at);
    } else begin(core, run, at, record);
  }
  core.advance(run);
}

/** After runs were taken over: what blocked them where they were may not block them here. */
export function unblockWhatCan(core: Core): void {
  const rows = core.journal.db
    .prepare("SELECT DISTINCT asks FROM steps WHERE asks IS NOT NULL AND asks LIKE 'blocked:%'")
    .all() as { asks: string }[];
  for (const { asks } of rows) {
    const key = asks.slice(ASKS.length);
    if (!core.options.isBlocked?.(key)) unblock(core, key);
  }
}

/** The steps that wait for `key`, of all processes' runs. */
export function readBlocked(core: Core, key: string): BlockedStep[] {
  const rows = core.journal.db
    .prepare('SELECT * FROM steps WHERE asks = ? ORDER BY run, step, idx')
    .all(asksFor(key)) as StepRow[];
  return rows.flatMap((row) => {
    const run = core.journal.readRun(row.run)?.record;
    return run && run.endedAt === null ? [blockedOf(run, stepOfRow(row))] : [];
  });
}

/** A blocked step as others see it. */
export function blockedOf(run: RunRecord, step: StepRecord): BlockedStep {
  const wait = step.wait?.type === 'blocked' ? step.wait : undefined;
  return {
    run: run.id,
    workflow: run.workflow,
    step: step.step,
    ...(step.index === WHOLE ? {} : { index: step.index }),
    key: wait?.key ?? '',
    since: new Date(wait?.since ?? run.createdAt).toISOString(),
  };
}

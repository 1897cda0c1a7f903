import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import { queue } from './admit.ts';
import { advance } from './advance.ts';
import { Batch } from './batch.ts';
import { granted } from './begin.ts';
import { childEnded, groupOf, MAX_DEPTH, newRun } from './children.ts';
import type { Core, Creation, EngineOptions } from './core.ts';
import { resolveInputs } from './inputs.ts';
import { Journal } from './journal.ts';
import { Lease } from './lease.ts';
import { Live } from './live.ts';
import { LiveRun } from './live-run.ts';
import { restoreRun } from './load.ts';
import { LogBook } from './log-book.ts';
import { adoptQuietly } from './ownership.ts';
import { apply, send } from './people.ts';
import { isTerminal, type RunRecord } from './records.ts';
import { Slots } from './slots.ts';
import type { Timers } from './timers.ts';
import { unreadable } from './unreadable.ts';
import { summaryOf } from './view.ts';
import { runWriter, type Fate } from './writer.ts';

/** Builds the engine's parts and joins them. */
export function assemble(options: EngineOptions, fate: Fate, timers: () => Timers): Core {
  const { db, clock } = options;
  const now = () => clock.now();
  const batch: Batch<LiveRun> = new Batch(
    db,
    runWriter(() => core, fate),
  );
  const core: Core = {
    options,
    clock,
    log: options.log,
    journal: new Journal(db),
    batch,
    book: new LogBook(db, options.redact, () => batch.nudge()),
    live: new Live(),
    lease: new Lease(db, newId('instance'), now, options.leaseTtlMs),
    // While the process closes nothing gets a place: what has not begun stays so in the journal.
    slots: new Slots(
      () => (core.accepting ? options.maxParallelSteps() : 0),
      ({ run, at, record }) => granted(core, run, at, record),
    ),
    runs: new Map(),
    fresh: [],
    signals: new Set(),
    counters: { runs: 0, steps: 0, attempts: 0 },
    accepting: false,
    halted: false,
    now,
    definition: (hash) => definitionOf(core, hash),
    advance: (run) => advance(core, run),
    load: (id) => load(core, id),
    create: (record, compiled, how) => create(core, record, compiled, how),
    promote: (group) => promote(core, group),
    startFollower: (request, ended) => startFollower(core, request, ended),
    stop: (id, stop) => {
      send(core, id, { type: 'cancel', ...stop }).catch((error: unknown) => {
        if (!(error instanceof NexusError && error.code === 'run.ended'))
          core.log.warn('A run could not be stopped.', { run: id, error });
      });
    },
    adoptQuietly: (id) => adoptQuietly(core, id),
    wakeAt: (at) => timers().at(at),
  };
  return core;
}

function create(
  core: Core,
  record: RunRecord,
  compiled: LiveRun['compiled'],
  { restored, by }: Creation = {},
): LiveRun {
  const run = restored ?? new LiveRun(record, compiled);
  run.scope.secret = core.options.secret;
  concealSecrets(core, run);
  // Its expression may fail: then there is no run.
  if (!restored) record.group = groupOf(run);
  core.runs.set(record.id, run);
  // A run that another brings about comes and goes with that one.
  if (!restored && core.batch.filling && (by === undefined || core.fresh.includes(by)))
    core.fresh.push(run);
  return run;
}

// Before anything of the run is written or shown; after a restart too.
function concealSecrets(core: Core, { record, compiled }: LiveRun): void {
  if (!core.options.conceal) return;
  for (const [name, definition] of Object.entries(compiled.inputs)) {
    const value = record.inputs[name];
    if (definition.secret && typeof value === 'string') core.options.conceal(value);
  }
}

// What cannot be read any more must end its runs, not keep them where they are.
function definitionOf(core: Core, hash: string): LiveRun['compiled'] | undefined {
  try {
    return core.options.definition(hash);
  } catch (error) {
    if (error instanceof NexusError) return undefined;
    throw error;
  }
}

function load(core: Core, id: string): LiveRun | undefined {
  const inMemory = core.runs.get(id);
  if (inMemory) return inMemory.ended ? undefined : inMemory;
  const found = core.journal.readRun(id);
  if (!found || found.owner !== core.lease.id || isTerminal(found.record.status)) return undefined;
  const { record } = found;
  const compiled = core.definition(record.hash);
  if (!compiled) {
    endBroken(core, record, versionMissing(record));
    return undefined;
  }
  const rows = core.journal.readSteps(id);
  try {
    return restoreRun(core, record, compiled, rows);
  } catch (error) {
    // Half of it must not stay in memory.
    const half = core.runs.get(id);
    if (half) half.discarded = true;
    core.runs.delete(id);
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!gone && !(error instanceof SyntaxError)) throw error;
    endBroken(core, record, unreadable(record, error as Error));
    return undefined;
  }
}

// It cannot go on, and says why: to people, to the run that called it and to those that queue behind it.
function endBroken(core: Core, record: RunRecord, why: NexusError): void {
  record.status = 'failed';
  record.endedAt = core.now();
  record.wakeAt = null;
  record.error = why.toShape();
  core.batch
    .operation(() => {
      core.journal.updateRun(record, null, true);
      core.journal.quiet(record.id);
    })
    .then(() => {
      core.live.stirred(record.id);
      core.live.changed(record.id, []);
      core.options.events?.emit('run_changed', summaryOf(record));
      core.options.events?.emit('run_ended', { run: summaryOf(record), outputs: null });
      childEnded(core, record, null);
      if (record.group !== null) core.promote(record.group);
    })
    .catch((error: unknown) => core.log.error('A broken run could not be ended.', { error }));
}

function versionMissing(record: RunRecord): NexusError {
  return new NexusError({
    code: 'run.version_missing',
    message: `The version of ${record.workflow} that this run began with can no longer be read.`,
    hint: 'Retry the run on the latest version.',
    kind: 'operational',
  });
}

function promote(core: Core, group: string): void {
  if (!core.accepting) return;
  const update = core.journal.db.prepare(
    "UPDATE runs SET status = 'running', started_at = ? WHERE id = ?",
  );
  core.batch
    .operation(() => {
      const begun: string[] = [];
      for (;;) {
        const next = core.journal.groupQueued(group);
        if (!next || core.journal.groupActive(group) >= next.grp_max) return begun;
        update.run(core.now(), next.id);
        // Should another process drive it, it reads this.
        if (core.journal.readRun(next.id)?.owner !== core.lease.id)
          core.journal.signal(next.id, { type: 'begin' }, core.now());
        begun.push(next.id);
      }
    })
    .then((begun) => {
      for (const id of begun) {
        const run = core.load(id);
        if (!run) continue;
        const { timeoutMs } = run.compiled;
        if (timeoutMs !== undefined) run.record.deadlineAt = core.now() + timeoutMs;
        apply(core, run, { type: 'begin' });
      }
    })
    .catch((error: unknown) => core.log.warn('A queued run could not begin.', { group, error }));
}

function startFollower(
  core: Core,
  request: Parameters<Core['startFollower']>[0],
  ended: LiveRun,
): void {
  try {
    if (ended.record.depth + 1 > MAX_DEPTH) {
      core.log.warn('A chain of workflows that follow one another is cut.', {
        workflow: request.workflow.name,
      });
      return;
    }
    const { workflow } = request;
    const inputs = resolveInputs(workflow.inputs, request.inputs);
    const record = newRun(core, workflow, inputs, request.trigger);
    record.depth = ended.record.depth + 1;
    const run = core.create(record, workflow, { by: ended });
    if (record.group !== null) {
      queue(run);
    }
    // It begins with the next turn: a chain of followers must not hold up the commit of the first.
    core.batch.add(run);
  } catch (error) {
    core.log.warn('A workflow that follows another could not be started.', {
      workflow: request.workflow.name,
      error,
    });
  }
}

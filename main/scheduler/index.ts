import { randomBytes } from 'node:crypto';
import type { Firing, Schedule } from '#contract/schedules.ts';
import type { ScheduleTrigger } from '#contract/workflow.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { Catalogue } from './catalogue.ts';
import type { NewSchedule } from './catalogue.ts';
import { Changes } from './changes.ts';
import type { StartRun } from './dispatcher.ts';
import { Firings } from './firings.ts';
import { firingOf, scheduleOf } from './row.ts';
import type { ScheduleRow } from './row.ts';
import { checkSchedule, nextFirings, timetableOf } from './timetable.ts';
import type { ScheduleSpec } from './timetable.ts';
import { Timer } from './timer.ts';

export { schedulerMigrations } from './migrations.ts';
export { checkCron, nextFirings } from './timetable.ts';
export type { ScheduleSpec } from './timetable.ts';
export { isoInZone, zoneOf } from './zone.ts';
export type { StartRun } from './dispatcher.ts';
export type { NewSchedule } from './catalogue.ts';

export interface SchedulerOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  start: StartRun;
  /** Whether there is a workflow of that name; asked when a schedule is added by hand. */
  exists?: (workflow: string) => boolean;
}

/** Fires workflows by the clock. Everything is usable before `open`; only then does it fire. */
export interface Scheduler {
  /** Recovers what a crash left half done, treats missed firings, and begins to fire. */
  open(): void;
  /** Stops firing and waits for starts in flight; what is claimed but not started is started at the next opening. */
  close(): Promise<void>;
  /** Resolves when everything due now has been started and written down. */
  idle(): Promise<void>;
  /**
   * Brings a workflow's schedules in line with its file; call it with every valid change and, with
   * an empty list, when the workflow is gone. Leave it out while a file is invalid: the schedules
   * stay, and their firings are recorded as refused.
   */
  sync(workflow: string, triggers: ScheduleTrigger[]): void;
  /** The same for all workflows in one commit, at start-up; those not named lose their schedules. */
  syncAll(workflows: ReadonlyMap<string, ScheduleTrigger[]>): void;
  /** @throws NexusError `workflow.not_found`, `schedule.past`, or what is wrong with the rule. */
  add(schedule: NewSchedule): Schedule;
  /** @throws NexusError `schedule.unknown`, `schedule.in_file` */
  remove(id: string): boolean;
  /** @throws NexusError `schedule.unknown` */
  pause(id: string): Schedule;
  /** @throws NexusError `schedule.unknown`, `schedule.disabled_in_file` */
  resume(id: string): Schedule;
  get(id: string): Schedule;
  list(workflow?: string): Schedule[];
  /** When the next schedule of a workflow fires, epoch milliseconds. */
  nextOf(workflow: string): number | undefined;
  /** The first of all firings to come, epoch milliseconds. */
  earliest(): { workflow: string; at: number } | undefined;
  count(): number;
  /** Newest first. */
  history(id: string, limit: number): Firing[];
  /** Previews a rule that need not exist; `from` defaults to now. */
  next(spec: ScheduleSpec & { from?: string | undefined; count: number }): {
    next: string[];
    words: string;
    words_in: Record<string, string>;
    timezone: string;
  };
  /** Ids of schedules that changed or fired, gathered while nobody reads. */
  watch(signal?: AbortSignal): AsyncIterable<{ changed: string[] }>;
}

/** Builds the scheduler over a migrated database. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { db, clock, log, start, exists } = options;
  const changes = new Changes();
  const catalogue = new Catalogue(db, () => clock.now());
  const owner = `${process.pid}:${randomBytes(6).toString('hex')}`;
  const firings = new Firings(db, owner);
  const changed = (ids: string[]) => changes.add(ids);
  const timer = new Timer({ db, clock, log, start, changed }, firings, owner);
  const noted = (ids: string[]): void => {
    if (ids.length === 0) return;
    changes.add(ids);
    timer.rearm();
  };
  return {
    open() {
      catalogue.followMachineZone();
      timer.open();
    },
    close: () => timer.close(),
    idle: () => timer.idle(),
    sync: (workflow, triggers) => noted(catalogue.sync(workflow, usable(workflow, triggers, log))),
    syncAll(workflows) {
      const all = [...workflows].map(
        ([workflow, triggers]) => [workflow, usable(workflow, triggers, log)] as const,
      );
      noted(catalogue.syncAll(new Map(all)));
    },
    add(schedule) {
      if (exists?.(schedule.workflow) === false) throw noWorkflow(schedule.workflow);
      refusePast(schedule, clock.now());
      const row = catalogue.add(schedule);
      noted([row.id]);
      return scheduleOf(row);
    },
    remove(id) {
      const row = known(catalogue, id);
      if (row.origin === 'file') throw inFile(row);
      const removed = catalogue.remove(id);
      noted([id]);
      return removed;
    },
    pause(id) {
      const row = catalogue.setPaused(known(catalogue, id).id, true)!;
      noted([id]);
      return scheduleOf(row);
    },
    resume(id) {
      if (known(catalogue, id).enabled === 0) throw disabledInFile(known(catalogue, id));
      const row = catalogue.setPaused(id, false)!;
      noted([id]);
      return scheduleOf(row);
    },
    get: (id) => scheduleOf(known(catalogue, id)),
    list: (workflow) => catalogue.list(workflow).map(scheduleOf),
    nextOf: (workflow) => catalogue.nextOf(workflow),
    earliest: () => catalogue.earliest(),
    count: () => catalogue.count(),
    history: (id, limit) => firings.history(id, limit).map(firingOf),
    next({ from, ...spec }) {
      const { next, words, wordsIn, timezone } = nextFirings({
        ...spec,
        from: from ?? clock.now(),
      });
      return { next, words, words_in: wordsIn, timezone };
    },
    watch: (signal) => changes.watch(signal),
  };
}

/** The triggers that can be scheduled. The validator tells the author; here one bad rule must not stop the others. */
function usable(workflow: string, triggers: ScheduleTrigger[], log: Logger): ScheduleTrigger[] {
  return triggers.filter((trigger) => {
    const problem = checkSchedule(trigger);
    if (problem) log.warn(`A schedule of ${workflow} was left out: ${problem}`, { workflow });
    return problem === undefined;
  });
}

function known(catalogue: Catalogue, id: string): ScheduleRow {
  const row = catalogue.get(id);
  if (row) return row;
  throw new NexusError({
    code: 'schedule.unknown',
    message: `There is no schedule ${id}.`,
    hint: 'List the schedules to see their ids: nexus cron list.',
  });
}

function noWorkflow(name: string): NexusError {
  return new NexusError({
    code: 'workflow.not_found',
    message: `There is no workflow “${name}”.`,
    hint: 'List the workflows to see their names: nexus workflow list.',
  });
}

function inFile({ id, workflow }: ScheduleRow): NexusError {
  return new NexusError({
    code: 'schedule.in_file',
    message: `The schedule ${id} is written in the file of workflow ${workflow} and would come back.`,
    hint: 'Take it out of on.schedule in that file, or pause it.',
  });
}

function disabledInFile({ id, workflow }: ScheduleRow): NexusError {
  return new NexusError({
    code: 'schedule.disabled_in_file',
    message: `The schedule ${id} is switched off in the file of workflow ${workflow}.`,
    hint: 'Remove enabled: false from it there, and see that the workflow’s triggers are switched on.',
  });
}

function refusePast(spec: ScheduleSpec, now: number): void {
  const { cron, every, at, timezone } = spec;
  if (timetableOf({ cron, every, at, timezone }, now).next(now) !== undefined) return;
  throw new NexusError({
    code: 'schedule.past',
    message: `“${at}” lies in the past; the schedule would never fire.`,
    hint: 'Choose a later time.',
  });
}

import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import type { Logger } from '#main/base/log.ts';
import { Dispatcher } from './dispatcher.ts';
import type { StartRun } from './dispatcher.ts';
import type { Firings } from './firings.ts';
import { planFiring } from './plan.ts';
import type { Plan } from './plan.ts';
import { jitterOf, timetableOfRow } from './row.ts';
import type { FiringRow, ScheduleRow } from './row.ts';

export interface TimerOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  start: StartRun;
  /** Told which schedules have fired or moved on. */
  changed(ids: string[]): void;
}

/** The timer looks again after this long at the latest, to notice sleep, a moved clock or another process's schedules. */
const LOOK_AGAIN_MS = 30_000;
/** After a failure (disk full, database locked). */
const RETRY_MS = 5000;
/** Later than this is not lag but sleep. */
const LATE_MS = 60_000;
/** A restart this quick misses nothing. */
const RESTART_GRACE_MS = 2000;
/** Schedules claimed in one commit. */
const BATCH = 200;
/** Firings claimed in one commit, roughly: a schedule that makes up for many ends the batch. */
const BATCH_FIRINGS = 1000;

/** Fires what is due: one timer, however many schedules there are. */
export class Timer {
  readonly #options: TimerOptions;
  readonly #firings: Firings;
  readonly #dispatcher: Dispatcher;
  readonly #owner: string;
  #openedAt = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #pass: Promise<void> | undefined;
  #trimAt = 0;
  #open = false;

  constructor(options: TimerOptions, firings: Firings, owner: string) {
    this.#options = options;
    this.#firings = firings;
    this.#owner = owner;
    this.#dispatcher = new Dispatcher({
      start: options.start,
      log: options.log,
      now: () => options.clock.now(),
      settle: (settled) => {
        firings.settle(settled);
        options.changed([...new Set(settled.map(({ firing }) => firing.schedule))]);
      },
    });
  }

  /** Takes over what a dead process claimed and did not start, treats what was missed, and begins to fire. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#openedAt = this.#options.clock.now();
    this.#run();
  }

  /** Stops firing; resolves when what is being started has been started. */
  async close(): Promise<void> {
    this.#open = false;
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#dispatcher.close();
    await this.#pass;
  }

  /** Resolves when everything that is due now has been started and written down. */
  async idle(): Promise<void> {
    await this.#pass;
    await this.#dispatcher.idle();
  }

  /** Looks at the index again, after a change that may have brought something nearer. */
  rearm(): void {
    if (!this.#open || this.#pass) return;
    const now = this.#options.clock.now();
    this.#arm(Math.min(this.#firings.nextDue() ?? Number.POSITIVE_INFINITY, now + LOOK_AGAIN_MS));
  }

  #arm(at: number): void {
    if (this.#cancel && this.#armedFor === at) return;
    this.#cancel?.();
    this.#armedFor = at;
    this.#cancel = this.#options.clock.at(at, () => this.#run());
  }

  #run(): void {
    if (!this.#open || this.#pass) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#pass = this.#fireAll().then(
      () => {
        this.#pass = undefined;
        this.rearm();
      },
      (error: unknown) => {
        this.#pass = undefined;
        this.#options.log.error('Schedules could not be fired; trying again shortly.', { error });
        if (this.#open) this.#arm(this.#options.clock.now() + RETRY_MS);
      },
    );
  }

  async #fireAll(): Promise<void> {
    const { clock } = this.#options;
    const left = this.#firings.takeOver(clock.now(), (owner) => isGone(owner, this.#owner));
    if (left.length > 0) await this.#dispatcher.dispatch(left);
    while (this.#open) {
      const claimed = this.#claimSome(clock.now());
      if (claimed === undefined) break;
      await this.#dispatcher.dispatch(claimed);
    }
    if (clock.now() >= this.#trimAt) {
      this.#firings.trim();
      this.#trimAt = clock.now() + 3_600_000;
    }
  }

  /** @returns undefined when nothing is due. */
  #claimSome(now: number): FiringRow[] | undefined {
    const rows = this.#firings.due(now, BATCH);
    if (rows.length === 0) return undefined;
    const missedBefore = Math.max(this.#openedAt - RESTART_GRACE_MS, now - LATE_MS);
    const plans: { row: ScheduleRow; plan: Plan }[] = [];
    let firings = 0;
    for (const row of rows) {
      const plan = planOf(row, missedBefore, now);
      plans.push({ row, plan });
      firings += plan.fire.length;
      if (firings >= BATCH_FIRINGS) break;
    }
    const claimed = this.#firings.claim(plans, now);
    this.#options.changed(plans.map(({ row }) => row.id));
    return claimed;
  }
}

function planOf(row: ScheduleRow, missedBefore: number, now: number): Plan {
  const due = {
    id: row.id,
    base: row.base_due!,
    jitterMs: jitterOf(row),
    missed: row.missed,
    maxMissed: row.max_missed,
  };
  return planFiring(timetableOfRow(row), due, missedBefore, now);
}

/** Whether the process that calls itself `owner` (`PID:NONCE`) has ended. */
function isGone(owner: string, self: string): boolean {
  if (owner === self) return false;
  const pid = Number(owner.split(':')[0]);
  // The same process id with another nonce: this process came after it.
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { scheduleTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import type { Database } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createScheduler, schedulerMigrations } from './index.ts';
import type { Scheduler } from './index.ts';

interface Start {
  workflow: string;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
  key: string;
}

export interface World {
  db: Database;
  clock: ManualClock;
  scheduler: Scheduler;
  starts: Start[];
  /** What `start` does next; throws or answers. */
  answer: { of: (start: Start) => { run?: string; skipped: boolean } };
  /** Moves time on in steps, letting everything due be started. */
  pass: (ms: number, stepMs?: number) => Promise<void>;
  /** The same home, opened again (as after a restart). */
  reopen: () => Scheduler;
  /** Minutes past the start at which something fired. */
  due: () => string[];
}

export const START = Date.UTC(2026, 2, 2, 12);

/** A scheduler over a database of its own, with a clock that is moved by hand. */
export function world(): World {
  const db = openDatabase(':memory:');
  migrate(db, [schedulerMigrations]);
  const clock = new ManualClock(START);
  const starts: Start[] = [];
  const answer: World['answer'] = {
    of: (start) => ({ run: `run_${start.key}`, skipped: false }),
  };
  const create = () =>
    createScheduler({
      db,
      clock,
      log: silentLogger,
      exists: (workflow) => workflow !== 'nowhere',
      start: async (workflow, inputs, trigger, key) => {
        const start = { workflow, inputs, trigger, key };
        const result = answer.of(start);
        starts.push(start);
        return result;
      },
    });
  const self: World = {
    db,
    clock,
    scheduler: create(),
    starts,
    answer,
    async pass(ms, stepMs = ms) {
      for (let gone = 0; gone < ms; gone += stepMs) {
        clock.advance(stepMs);
        await self.scheduler.idle();
      }
    },
    reopen() {
      self.scheduler = create();
      return self.scheduler;
    },
    due: () =>
      starts.map(({ trigger }) => (trigger.payload as { due_at: string }).due_at.slice(11, 19)),
  };
  return self;
}

export const trigger = (text: object) => scheduleTrigger.parse({ timezone: 'UTC', ...text });
export const iso = (ms: number) => new Date(START + ms).toISOString();

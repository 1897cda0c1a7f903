import { beforeEach } from 'vitest';
import { alertRuleFields, type AlertPayload } from '#contract/alerts.ts';
import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { monitorMigrations } from '../migrations.ts';
import type { Target } from '../targets.ts';
import { Alerts } from './alerts.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const here = { id: 'local', name: 'This machine' };
export const web = { id: 'host_1', name: 'web-1' };
export const db1 = { id: 'host_2', name: 'db-1' };

export let db: Database;
export let clock: ManualClock;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [monitorMigrations]);
  clock = new ManualClock(T0);
});

interface Start {
  workflow: string;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
  key: string;
}

/** Alerts over the database, as one process has them. */
export function world(
  more: {
    workflows?: string[];
    fail?: () => NexusError | undefined;
    /** Which hosts an expression means; by their names where nothing is said. */
    inventory?: (expression: string | undefined) => Target[];
  } = {},
) {
  const notes: string[] = [];
  const starts: Start[] = [];
  const asked: (string | undefined)[] = [];
  const alerts = new Alerts({
    db,
    clock,
    log: silentLogger,
    here,
    targets: {
      list: (expression) => {
        asked.push(expression);
        if (expression === 'bad((')
          throw new NexusError({ code: 'hosts.expression_invalid', message: 'no' });
        if (more.inventory) return more.inventory(expression);
        return [web, db1].filter(
          ({ name }) => !expression || expression.includes('*') || expression.includes(name),
        );
      },
    },
    notify: ({ level, title }) => void notes.push(`${level} ${title}`),
    workflows: (alert: AlertPayload) =>
      (more.workflows ?? []).map((workflow) => ({
        workflow,
        trigger: { kind: 'alert', source: alert.alert, payload: { ...alert } },
        inputs: () => ({ state: alert.state }),
      })),
    start: async (workflow, inputs, trigger, key) => {
      const error = more.fail?.();
      if (error) throw error;
      starts.push({ workflow, inputs, trigger, key });
      return { run: `run_${starts.length}`, skipped: false };
    },
  });
  const look = (host: Target, values: Record<string, number>, at = clock.now()) =>
    alerts.look({ host, at, values, intervalMs: 10_000 });
  /** Lets a value be looked at, and everything that follows from it happen. */
  const see = async (host: Target, values: Record<string, number>) => {
    look(host, values);
    await alerts.open();
  };
  return { alerts, notes, starts, asked, look, see };
}

export const rule = (more: object = {}) =>
  alertRuleFields.parse({
    name: 'busy',
    metric: 'cpu.total',
    comparison: '>',
    threshold: 90,
    ...more,
  });

import type { AlertPayload } from '#contract/alerts.ts';
import type { Json } from '#contract/common.ts';
import { unitOf } from '#contract/monitor.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { toNexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { Logger } from '#main/base/log.ts';
import { plainValue } from './plainValue.ts';

/** What to tell a person; `main/notifications` takes it. */
interface Note {
  level: 'info' | 'ok' | 'warn' | 'danger';
  title: string;
  body?: string;
  link?: string;
}

export interface EventsOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  notify: (note: Note) => void;
  /** The workflows that wait for this alert. */
  workflows: (
    alert: AlertPayload,
  ) => { workflow: string; trigger: TriggerInfo; inputs: () => Record<string, Json> }[];
  /** Starts a run, once for each key and workflow. @throws NexusError */
  start: (
    workflow: string,
    inputs: Record<string, Json>,
    trigger: TriggerInfo,
    dedupeKey: string,
  ) => Promise<{ run?: string; skipped: boolean }>;
}

interface Row {
  id: number;
  alert: string;
  state: 'firing' | 'resolved';
  value: number;
  at: number;
  attempts: number;
  notify: number;
  name: string;
  host_name: string;
  metric: string;
  severity: AlertPayload['severity'];
  comparison: string;
  threshold: number;
  since: number;
}

const RETRY_MS = 15_000;
const MOST_ATTEMPTS = 20;
const LEVELS = { info: 'info', warning: 'warn', critical: 'danger' } as const;

/**
 * Works off what alerts have to tell. An event stays until its notification is written and every
 * workflow that waits for it has its run; a process that dies in between finds it again, and the
 * run's dedupe key (the alert and its state) keeps it single.
 */
export class Events {
  readonly #options: EventsOptions;
  readonly #statements = new Map<string, Statement>();
  #working: Promise<void> | undefined;
  #again = false;
  #open = true;
  #cancel: (() => void) | undefined;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** Works off what there is; resolves when that is done. */
  work(): Promise<void> {
    this.#again = true;
    this.#working ??= this.#rounds().finally(() => (this.#working = undefined));
    return this.#working;
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#cancel?.();
    await this.#working;
  }

  async #rounds(): Promise<void> {
    const { log } = this.#options;
    while (this.#again && this.#open) {
      this.#again = false;
      try {
        for (const row of this.#pending()) {
          if (!this.#open) return;
          await this.#tell(row);
        }
      } catch (error) {
        log.warn('alerts could not be told yet', { error });
        this.#later();
      }
    }
  }

  #pending(): Row[] {
    return this.#sql(
      `SELECT e.id, e.alert, e.state, e.value, e.at, e.attempts, a.notify, a.name, a.host_name,
         a.metric, a.severity, a.comparison, a.threshold, a.since
       FROM alert_events e JOIN alerts a ON a.id = e.alert ORDER BY e.id LIMIT 1000`,
    ).all() as Row[];
  }

  async #tell(row: Row): Promise<void> {
    this.#notifyOnce(row);
    const payload: AlertPayload = {
      rule: row.name,
      host: row.host_name,
      metric: row.metric,
      value: row.value,
      threshold: row.threshold,
      severity: row.severity,
      since: new Date(row.since).toISOString(),
      state: row.state,
      alert: row.alert,
    };
    let complete = true;
    for (const { workflow, trigger, inputs } of this.#options.workflows(payload)) {
      const done = await this.#start(row, workflow, trigger, inputs);
      complete &&= done;
    }
    if (complete) {
      this.#sql('DELETE FROM alert_events WHERE id = ?').run(row.id);
      return;
    }
    this.#sql('UPDATE alert_events SET attempts = attempts + 1 WHERE id = ?').run(row.id);
    this.#later();
  }

  /** False when it may work later. */
  async #start(
    row: Row,
    workflow: string,
    trigger: TriggerInfo,
    inputs: () => Record<string, Json>,
  ): Promise<boolean> {
    const { start, log, notify } = this.#options;
    try {
      const { run } = await start(workflow, inputs(), trigger, `alert:${row.alert}:${row.state}`);
      failpoint('monitor.alert.started');
      if (run !== undefined)
        this.#sql(
          'INSERT INTO alert_runs (alert, workflow, run) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        ).run(row.alert, workflow, run);
      return true;
    } catch (thrown) {
      const error = toNexusError(thrown);
      const fields = { workflow, alert: row.alert, code: error.code };
      if (error.kind !== 'user' && row.attempts < MOST_ATTEMPTS) {
        log.warn(`An alert could not start a workflow yet: ${error.message}`, fields);
        return false;
      }
      log.warn(`An alert did not start a workflow: ${error.message}`, fields);
      notify({ level: 'danger', title: `${workflow} was not started`, body: error.message });
      return true;
    }
  }

  // The mark and the notification are one commit: nobody is told twice.
  #notifyOnce(row: Row): void {
    const { db, notify } = this.#options;
    db.transaction(() => {
      const mark = this.#sql('UPDATE alert_events SET notified = 1 WHERE id = ? AND notified = 0');
      if (mark.run(row.id).changes === 1 && row.notify === 1) notify(noteOf(row));
    }).immediate();
  }

  #later(): void {
    const { clock } = this.#options;
    this.#cancel?.();
    this.#cancel = clock.at(clock.now() + RETRY_MS, () => void this.work());
  }

  #sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (!statement) this.#statements.set(text, (statement = this.#options.db.prepare(text)));
    return statement;
  }
}

function noteOf(row: Row): Note {
  const value = (number: number) => plainValue(number, unitOf(row.metric));
  const link = `/monitor?tab=alerts`;
  if (row.state === 'resolved')
    return {
      level: 'ok',
      title: `${row.host_name}: ${row.name} is over`,
      body: `${row.metric} is ${value(row.value)}.`,
      link,
    };
  return {
    level: LEVELS[row.severity],
    title: `${row.host_name}: ${row.name}`,
    body: `${row.metric} is ${value(row.value)} (${row.comparison} ${value(row.threshold)}).`,
    link,
  };
}

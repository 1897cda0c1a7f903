import type { Database, Statement } from '#main/base/database.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { newId } from '#main/base/ids.ts';
import type { Standing, Step } from './machine.ts';
import type { Rule } from './ruleStore.ts';

/** A rule's standing with one metric of one host, and the alert that is open. */
export interface State {
  rule: string;
  host: string;
  metric: string;
  standing: Standing;
  alert: string | undefined;
}

interface Row {
  rule: string;
  host: string;
  metric: string;
  state: Standing['state'];
  since: number;
  at: number;
  value: number;
  alert: string | null;
}

/** So many ended alerts are kept. */
const KEPT = 2000;

/**
 * States and alerts as rows. A change of state, the alert it opens or ends and the event that tells
 * of it are one commit; what is told (notification, workflows) is worked off from the events.
 */
export class StateStore {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #states = new Map<string, State>();

  constructor(db: Database) {
    this.#db = db;
    for (const row of db.prepare('SELECT * FROM alert_states').all() as Row[])
      this.#states.set(keyOf(row.rule, row.host, row.metric), fromRow(row));
  }

  get(rule: string, host: string, metric: string): State | undefined {
    return this.#states.get(keyOf(rule, host, metric));
  }

  all(): State[] {
    return [...this.#states.values()];
  }

  /** Remembers what changes nothing but the newest value. */
  touch(state: State, standing: Standing): void {
    state.standing = standing;
    if (standing.state === 'pending')
      // Whether the condition held without a break must be known after a restart too.
      this.#sql('UPDATE alert_states SET at = ? WHERE rule = ? AND host = ? AND metric = ?').run(
        standing.at,
        state.rule,
        state.host,
        state.metric,
      );
  }

  /**
   * Takes one step as one commit, on the row as it is then: of two processes that see the same
   * value, one fires.
   *
   * @returns true when an event was written.
   */
  change(
    rule: Rule,
    host: { id: string; name: string },
    metric: string,
    step: (before: Standing | undefined) => Step,
  ): boolean {
    let result: State | undefined;
    let told = false;
    const work = this.#db.transaction(() => {
      const row = this.#sql(
        'SELECT * FROM alert_states WHERE rule = ? AND host = ? AND metric = ?',
      ).get(rule.id, host.id, metric) as Row | undefined;
      const { standing, event } = step(row && fromRow(row).standing);
      let alert = row?.alert ?? undefined;
      if (event === 'firing') alert = this.#open(rule, host, metric, standing);
      if (event === 'resolved' && alert !== undefined) this.#close(alert, standing);
      told = event !== undefined && alert !== undefined;
      if (!standing.open) alert = undefined;
      this.#write({ rule: rule.id, host: host.id, metric, standing, alert });
      failpoint('monitor.alert.deciding');
      result = { rule: rule.id, host: host.id, metric, standing, alert };
    });
    work.immediate();
    if (result) this.#states.set(keyOf(rule.id, host.id, metric), result);
    if (told) failpoint('monitor.alert.decided');
    return told;
  }

  /** Forgets states; alerts that are open are over, and nobody is told: a person took the rule or the host away. */
  drop(states: readonly State[], now: number): void {
    const work = this.#db.transaction(() => {
      for (const { rule, host, metric, alert } of states) {
        if (alert !== undefined)
          this.#sql('UPDATE alerts SET resolved_at = ? WHERE id = ? AND resolved_at IS NULL').run(
            now,
            alert,
          );
        this.#sql('DELETE FROM alert_states WHERE rule = ? AND host = ? AND metric = ?').run(
          rule,
          host,
          metric,
        );
      }
    });
    work.immediate();
    for (const { rule, host, metric } of states) this.#states.delete(keyOf(rule, host, metric));
  }

  #open(
    rule: Rule,
    host: { id: string; name: string },
    metric: string,
    standing: Standing,
  ): string {
    const id = newId('alert', standing.at);
    this.#sql(
      `INSERT INTO alerts (id, rule, name, host, host_name, metric, severity, comparison, threshold, value, since, fired_at, notify)
       VALUES (@id, @rule, @name, @host, @host_name, @metric, @severity, @comparison, @threshold, @value, @since, @at, @notify)`,
    ).run({
      id,
      rule: rule.id,
      name: rule.name,
      host: host.id,
      host_name: host.name,
      metric,
      severity: rule.severity,
      comparison: rule.comparison,
      threshold: rule.threshold,
      value: standing.value,
      since: standing.since,
      at: standing.at,
      notify: Number(rule.notify),
    });
    this.#event(id, 'firing', standing);
    this.#sql(
      `DELETE FROM alerts WHERE resolved_at IS NOT NULL AND id NOT IN (SELECT alert FROM alert_events)
         AND id <= (SELECT id FROM alerts ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`,
    ).run();
    return id;
  }

  #close(alert: string, standing: Standing): void {
    this.#sql('UPDATE alerts SET resolved_at = ? WHERE id = ?').run(standing.at, alert);
    this.#event(alert, 'resolved', standing);
  }

  #event(alert: string, state: string, { at, value }: Standing): void {
    this.#sql(
      'INSERT INTO alert_events (alert, state, value, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ).run(alert, state, value, at);
  }

  #write({ rule, host, metric, standing, alert }: State): void {
    const { state, since, at, value } = standing;
    this.#sql(
      `INSERT INTO alert_states (rule, host, metric, state, since, at, value, alert) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since, at = excluded.at,
         value = excluded.value, alert = excluded.alert`,
    ).run(rule, host, metric, state, since, at, value, alert ?? null);
  }

  #sql(text: string): Statement {
    let statement = this.#statements.get(text);
    if (!statement) this.#statements.set(text, (statement = this.#db.prepare(text)));
    return statement;
  }
}

function keyOf(rule: string, host: string, metric: string): string {
  return JSON.stringify([rule, host, metric]);
}

function fromRow(row: Row): State {
  const { rule, host, metric, state, since, at, value, alert } = row;
  return {
    rule,
    host,
    metric,
    standing: { state, since, at, value, open: alert !== null },
    alert: alert ?? undefined,
  };
}

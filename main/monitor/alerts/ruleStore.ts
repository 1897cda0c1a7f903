import type { AlertRule, AlertRuleFields } from '#contract/alerts.ts';
import { unitOf } from '#contract/monitor.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import type { Condition } from './machine.ts';
import { checkMetric } from './metricCheck.ts';

/** A rule as it is kept. */
export interface Rule extends Condition {
  id: string;
  name: string;
  metric: string;
  forText: string;
  hosts: string;
  severity: AlertRule['severity'];
  notify: boolean;
  paused: boolean;
  createdAt: number;
}

interface Row {
  id: string;
  name: string;
  metric: string;
  comparison: Rule['comparison'];
  threshold: number;
  clear: number | null;
  for_text: string;
  hosts: string;
  severity: Rule['severity'];
  notify: number;
  paused: number;
  created_at: number;
}

const MOST_RULES = 500;

/** The alert rules, in the database. What hangs on a rule that changes (its states) goes with it. */
export class RuleStore {
  readonly #db: Database;
  readonly #clock: Clock;
  #cached: Rule[] | undefined;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** In the order of their names. */
  all(): readonly Rule[] {
    this.#cached ??= (
      this.#db.prepare('SELECT * FROM alert_rules ORDER BY name').all() as Row[]
    ).map(fromRow);
    return this.#cached;
  }

  /** By id or name. @throws NexusError `alert.unknown_rule` */
  get(id: string): Rule {
    const found = this.all().find((rule) => rule.id === id || rule.name === id);
    if (found) return found;
    throw new NexusError({
      code: 'alert.unknown_rule',
      message: `There is no alert rule ${id}.`,
      hint: 'List them with: nexus alert list',
    });
  }

  /** @throws NexusError `alert.exists`, `alert.clear_invalid`, `alert.metric_unknown`, `alert.too_many` */
  add(fields: AlertRuleFields): Rule {
    const created = this.#clock.now();
    if (this.all().length >= MOST_RULES)
      throw new NexusError({
        code: 'alert.too_many',
        message: `There are ${MOST_RULES} alert rules already.`,
        hint: 'Let one rule watch several hosts: its hosts may be a pattern.',
      });
    const id = newId('rule', created);
    this.#unique(fields.name, undefined);
    this.#write(
      `INSERT INTO alert_rules (id, name, metric, comparison, threshold, clear, for_text, hosts, severity, notify, paused, created_at)
       VALUES (@id, @name, @metric, @comparison, @threshold, @clear, @for_text, @hosts, @severity, @notify, 0, @created)`,
      { ...columns(fields), id, created },
    );
    return this.get(id);
  }

  /** @throws NexusError `alert.unknown_rule`, `alert.exists`, `alert.clear_invalid`, `alert.metric_unknown` */
  update(id: string, fields: AlertRuleFields): Rule {
    const rule = this.get(id);
    this.#unique(fields.name, rule.id);
    this.#write(
      `UPDATE alert_rules SET name = @name, metric = @metric, comparison = @comparison, threshold = @threshold,
         clear = @clear, for_text = @for_text, hosts = @hosts, severity = @severity, notify = @notify WHERE id = @id`,
      { ...columns(fields), id: rule.id },
    );
    return this.get(rule.id);
  }

  setPaused(id: string, paused: boolean): Rule {
    const rule = this.get(id);
    this.#write('UPDATE alert_rules SET paused = @paused WHERE id = @id', {
      id: rule.id,
      paused: Number(paused),
    });
    return this.get(rule.id);
  }

  remove(id: string): boolean {
    const found = this.all().find((rule) => rule.id === id || rule.name === id);
    if (!found) return false;
    this.#write('DELETE FROM alert_rules WHERE id = @id', { id: found.id });
    return true;
  }

  #write(sql: string, values: Record<string, unknown>): void {
    this.#cached = undefined;
    this.#db.prepare(sql).run(values);
  }

  #unique(name: string, except: string | undefined): void {
    if (!this.all().some((rule) => rule.name === name && rule.id !== except)) return;
    throw new NexusError({
      code: 'alert.exists',
      message: `There is an alert rule ${name} already.`,
      hint: 'Choose another name: workflows name rules by it.',
    });
  }
}

function columns(fields: AlertRuleFields) {
  checkMetric(fields.metric);
  const { clear, comparison, threshold } = fields;
  const upward = comparison.startsWith('>');
  if (clear !== undefined && (upward ? clear > threshold : clear < threshold))
    throw new NexusError({
      code: 'alert.clear_invalid',
      message: `An alert ${comparison} ${threshold} cannot end at ${clear}: it would end while it still holds.`,
      hint: upward
        ? 'Let it end at a value below the threshold.'
        : 'Let it end at a value above the threshold.',
    });
  durationMs(fields.for);
  return {
    name: fields.name,
    metric: fields.metric,
    comparison,
    threshold,
    clear: clear ?? null,
    for_text: typeof fields.for === 'number' ? `${fields.for}s` : fields.for,
    hosts: fields.hosts,
    severity: fields.severity,
    notify: Number(fields.notify),
  };
}

function fromRow(row: Row): Rule {
  return {
    id: row.id,
    name: row.name,
    metric: row.metric,
    comparison: row.comparison,
    threshold: row.threshold,
    clear: row.clear ?? undefined,
    forText: row.for_text,
    forMs: durationMs(row.for_text),
    hosts: row.hosts,
    severity: row.severity,
    notify: row.notify === 1,
    paused: row.paused === 1,
    createdAt: row.created_at,
  };
}

/** A rule as everybody sees it. */
export function shownRule(rule: Rule): AlertRule {
  return {
    id: rule.id,
    name: rule.name,
    metric: rule.metric,
    unit: unitOf(rule.metric),
    comparison: rule.comparison,
    threshold: rule.threshold,
    ...(rule.clear === undefined ? {} : { clear: rule.clear }),
    for: rule.forText,
    hosts: rule.hosts,
    severity: rule.severity,
    notify: rule.notify,
    paused: rule.paused,
    created_at: new Date(rule.createdAt).toISOString(),
  };
}

import type { AlertEntry, AlertRule, AlertRuleFields, AlertState } from '#contract/alerts.ts';
import { LOCAL_HOST, unitOf } from '#contract/monitor.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { Feed } from '#main/base/feed.ts';
import type { Logger } from '#main/base/log.ts';
import { matchesPattern } from '#main/base/pattern.ts';
import type { Target, Targets } from '../targets.ts';
import { Events, type EventsOptions } from './events.ts';
import { onSilence, onValue, type Standing } from './machine.ts';
import { watchedMetrics } from './matching.ts';
import { readAlerts } from './readAlerts.ts';
import { type Rule, RuleStore, shownRule } from './ruleStore.ts';
import { type State, StateStore } from './stateStore.ts';

export interface AlertsOptions extends EventsOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  targets: Pick<Targets, 'list'>;
  /** This machine, as it is called. */
  here: Target;
}

/** One look at a host, as alerts see it. */
export interface Look {
  host: Target;
  at: number;
  values: Readonly<Record<string, number>>;
  intervalMs: number;
  /** Of a look that failed: how long nobody looked before it, by intent. */
  pauseMs?: number;
}

/** A metric that was not seen for so long is gone, and its state with it. */
const FORGET_MS = 86_400_000;
const LEAST_GRACE_MS = 60_000;

/** Rules over figures: when they hold for long enough, a person is told and workflows start. */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #rules: RuleStore;
  readonly #states: StateStore;
  readonly #events: Events;
  readonly #feed = new Feed<{ changed: string }>();
  /** Ids of the hosts that each rule watches; made when needed. */
  readonly #hosts = new Map<string, ReadonlySet<string>>();

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#rules = new RuleStore(options.db, options.clock);
    this.#states = new StateStore(options.db);
    this.#events = new Events(options);
  }

  /** Tells what a process before this one had decided and not told. */
  open(): Promise<void> {
    return this.#events.work();
  }

  close(): Promise<void> {
    return this.#events.close();
  }

  /** Rules over what a look gave; what it did not give is silent. Never throws. */
  look(look: Look): void {
    const { log } = this.#options;
    try {
      if (this.#evaluate(look)) void this.#events.work();
    } catch (error) {
      log.warn('alert rules could not be looked at', { host: look.host.name, error });
    }
  }

  /** The inventory changed: other hosts may be meant, and some are gone. */
  hostsChanged(monitored: ReadonlySet<string>): void {
    this.#hosts.clear();
    const gone = this.#states.all().filter(({ host }) => !monitored.has(host));
    if (gone.length > 0) this.#drop(gone);
  }

  rules(): AlertRule[] {
    return this.#rules.all().map(shownRule);
  }

  /** @throws NexusError `alert.exists`, `alert.clear_invalid`, and for a host expression that is none */
  add(fields: AlertRuleFields): AlertRule {
    this.#hostsOf(fields.hosts);
    return this.#changed(this.#rules.add(fields));
  }

  /** What is open under the rule as it was is over. @throws NexusError as {@link add}, `alert.unknown_rule` */
  update(id: string, fields: AlertRuleFields): AlertRule {
    this.#hostsOf(fields.hosts);
    return this.#changed(this.#rules.update(id, fields));
  }

  setPaused(id: string, paused: boolean): AlertRule {
    return this.#changed(this.#rules.setPaused(id, paused));
  }

  remove(id: string): boolean {
    const rule = this.#rules.all().find((one) => one.id === id || one.name === id);
    if (!rule) return false;
    this.#drop(this.#states.all().filter((state) => state.rule === rule.id));
    this.#rules.remove(rule.id);
    this.#hosts.delete(rule.id);
    this.#feed.push({ changed: rule.id });
    return true;
  }

  states(filter: { state?: AlertState['state']; host?: string }): AlertState[] {
    const rules = new Map(this.#rules.all().map((rule) => [rule.id, rule]));
    const names = new Map(this.#targets().map(({ id, name }) => [id, name]));
    return this.#states
      .all()
      .flatMap((state) => {
        const rule = rules.get(state.rule);
        return rule ? [shownState(rule, state, names.get(state.host) ?? state.host)] : [];
      })
      .filter(
        ({ state, host, host_name: name }) =>
          (filter.state === undefined || filter.state === state) &&
          (filter.host === undefined || filter.host === host || filter.host === name),
      )
      .sort((a, b) => a.name.localeCompare(b.name) || a.host_name.localeCompare(b.host_name));
  }

  /** Alerts, the newest first. */
  history(limit: number): AlertEntry[] {
    return readAlerts(this.#options.db, limit);
  }

  /** Ids of rules whose states or definition changed, from the call on. */
  watch(signal?: AbortSignal): AsyncIterable<{ changed: string }> {
    return this.#feed.watch(signal);
  }

  #evaluate({ host, at, values, intervalMs, pauseMs = 0 }: Look): boolean {
    const grace = Math.max(LEAST_GRACE_MS, intervalMs * 3);
    // A host that is down is asked ever more rarely: that it is down goes on in between.
    const patience = Math.max(grace, pauseMs * 3);
    const metrics = Object.keys(values);
    let told = false;
    const seen = new Set<State | undefined>();
    for (const rule of this.#rules.all()) {
      if (rule.paused || !this.#watches(rule, host.id)) continue;
      for (const metric of watchedMetrics(rule.metric, metrics)) {
        const value = values[metric]!;
        const step = (before: Standing | undefined) =>
          onValue(rule, before, { at, value }, patience);
        told = this.#take(rule, host, metric, step) || told;
        seen.add(this.#states.get(rule.id, host.id, metric));
      }
    }
    for (const state of this.#states.all())
      if (state.host === host.id && !seen.has(state)) this.#silent(state, host, at, grace);
    return told;
  }

  #take(
    rule: Rule,
    host: Target,
    metric: string,
    step: Parameters<StateStore['change']>[3],
  ): boolean {
    const known = this.#states.get(rule.id, host.id, metric);
    const { standing } = step(known?.standing);
    const same =
      known?.standing.state === standing.state &&
      known.standing.open === standing.open &&
      known.standing.since === standing.since;
    if (same) {
      this.#states.touch(known, standing);
      return false;
    }
    const told = this.#states.change(rule, host, metric, step);
    this.#feed.push({ changed: rule.id });
    return told;
  }

  #silent(state: State, host: Target, at: number, grace: number): void {
    const rule = this.#rules.all().find(({ id }) => id === state.rule);
    // A host that lost its tag is no longer meant: nothing would ever end what is open there.
    const meant = rule !== undefined && this.#watches(rule, host.id);
    if (!meant || at - state.standing.at > FORGET_MS) return this.#drop([state]);
    this.#take(rule, host, state.metric, (before) => ({
      standing: onSilence(before ?? state.standing, at, grace),
    }));
  }

  #changed(rule: Rule): AlertRule {
    this.#hosts.delete(rule.id);
    this.#drop(this.#states.all().filter((state) => state.rule === rule.id));
    this.#feed.push({ changed: rule.id });
    return shownRule(rule);
  }

  #drop(states: State[]): void {
    this.#states.drop(states, this.#options.clock.now());
    for (const rule of new Set(states.map((state) => state.rule)))
      this.#feed.push({ changed: rule });
  }

  #targets(): Target[] {
    return [this.#options.here, ...this.#options.targets.list()];
  }

  #watches(rule: Rule, host: string): boolean {
    let hosts = this.#hosts.get(rule.id);
    if (!hosts) {
      try {
        hosts = this.#hostsOf(rule.hosts);
      } catch (error) {
        // It named a tag or a group that is gone since.
        this.#options.log.warn(`the hosts of alert rule ${rule.name} are not known`, { error });
        hosts = new Set();
      }
      this.#hosts.set(rule.id, hosts);
    }
    return hosts.has(host);
  }

  /**
   * The inventory reads the expression. This machine is not in it: it is meant by `*`, `all`, or a
   * pattern that its id fits, also as one of several parts between commas.
   */
  #hostsOf(expression: string): ReadonlySet<string> {
    const parts = expression.split(',').map((part) => part.trim());
    const here = parts.some((part) => part === 'all' || matchesPattern(part, LOCAL_HOST));
    const others = parts.filter((part) => part !== LOCAL_HOST && part !== '');
    const local = here ? [LOCAL_HOST] : [];
    if (others.length === 0 && here) return new Set(local);
    const listed = this.#options.targets.list(others.join(', '));
    return new Set([...local, ...listed.map(({ id }) => id)]);
  }
}

function shownState(
  rule: Rule,
  { host, metric, standing, alert }: State,
  name: string,
): AlertState {
  return {
    rule: rule.id,
    name: rule.name,
    host,
    host_name: name,
    metric,
    unit: unitOf(metric),
    severity: rule.severity,
    comparison: rule.comparison,
    threshold: rule.threshold,
    state: standing.state,
    since: new Date(standing.since).toISOString(),
    value: standing.value,
    ...(alert === undefined ? {} : { alert }),
  };
}

import { describe, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import type { Alerts } from './alerts.ts';
import { clock, db, db1, here, rule, T0, web, world } from './alerts.testing.ts';

describe('rules', () => {
  test('are kept, changed, paused and removed', () => {
    const { alerts } = world();
    const added = alerts.add(rule({ for: '5m', clear: 80, hosts: 'local', severity: 'critical' }));
    expect(added).toMatchObject({
      name: 'busy',
      unit: 'percent',
      for: '5m',
      clear: 80,
      paused: false,
    });
    expect(world().alerts.rules()).toEqual([added]);
    expect(alerts.update('busy', rule({ threshold: 95 }))).toMatchObject({
      id: added.id,
      threshold: 95,
    });
    expect(alerts.rules()[0]).not.toHaveProperty('clear');
    expect(alerts.setPaused(added.id, true).paused).toBe(true);
    expect(alerts.remove('busy')).toBe(true);
    expect(alerts.remove('busy')).toBe(false);
    expect(alerts.rules()).toEqual([]);
  });

  test.each([
    [{ name: 'busy' }, 'alert.exists'],
    [{ name: 'other', clear: 95 }, 'alert.clear_invalid'],
    [{ name: 'other', comparison: '<', clear: 50 }, 'alert.clear_invalid'],
    [{ name: 'other', hosts: 'bad((' }, 'hosts.expression_invalid'],
  ])('that make no sense are refused: %j', (more, code) => {
    const { alerts } = world();
    alerts.add(rule());
    expect(() => alerts.add(rule(more))).toThrow(expect.objectContaining({ code }));
    expect(alerts.rules()).toHaveLength(1);
  });

  test('may be saved under their own name again, but not under another’s', () => {
    const { alerts } = world();
    alerts.add(rule());
    alerts.add(rule({ name: 'other' }));
    expect(alerts.update('busy', rule()).name).toBe('busy');
    expect(() => alerts.update('busy', rule({ name: 'other' }))).toThrow(/already/);
    expect(() => alerts.update('none', rule())).toThrow(/no alert rule/);
  });

  test('a number as duration is seconds', () => {
    expect(world().alerts.add(rule({ for: 90 })).for).toBe('90s');
  });
});

describe('which hosts', () => {
  const watched = async (hosts: string) => {
    const { alerts, see, asked } = world();
    alerts.add(rule({ hosts }));
    for (const host of [here, web, db1]) await see(host, { 'cpu.total': 99 });
    return { names: alerts.states({}).map(({ host_name: name }) => name), asked };
  };

  test('all: this machine and the inventory', async () => {
    expect((await watched('*')).names).toEqual(['db-1', 'This machine', 'web-1']);
  });

  // Bug caught: “local” is asked of the inventory, which has no such host.
  test('this machine alone, without asking the inventory', async () => {
    const { names, asked } = await watched('local');
    expect(names).toEqual(['This machine']);
    expect(asked.filter((one) => one !== undefined)).toEqual([]);
  });

  test('this machine and others', async () => {
    const { names, asked } = await watched('local, web-1');
    expect(names).toEqual(['This machine', 'web-1']);
    expect(asked).toContain('web-1');
  });

  test('an expression of the inventory’s own is handed on as it is', async () => {
    const { asked } = await watched('tag:web and not name:db-1');
    expect(asked).toContain('tag:web and not name:db-1');
  });

  test('that are no longer monitored have no state, and what was open there is over', async () => {
    const { alerts, see, notes } = world();
    alerts.add(rule());
    await see(web, { 'cpu.total': 99 });
    alerts.hostsChanged(new Set(['local']));
    expect(alerts.states({})).toEqual([]);
    expect(alerts.history(10)[0]?.resolved_at).toBeDefined();
    expect(notes).toEqual(['warn web-1: busy']);
  });

  // Bug caught: a host loses its tag, and its alert stays open for a day, whatever its figures are.
  test('that lost the tag which a rule names have no state under it, and no open alert', async () => {
    let tagged = [web, db1];
    const { alerts, see, notes } = world({ inventory: () => tagged });
    alerts.add(rule({ hosts: 'tag:busy' }));
    await see(web, { 'cpu.total': 99 });
    await see(db1, { 'cpu.total': 99 });
    tagged = [db1];
    alerts.hostsChanged(new Set(['local', web.id, db1.id]));
    clock.advance(10_000);
    await see(web, { 'cpu.total': 99 });
    expect(alerts.states({}).map(({ host }) => host)).toEqual([db1.id]);
    expect(alerts.history(10).filter((one) => !one.resolved_at)).toMatchObject([{ host: db1.id }]);
    expect(notes).toHaveLength(2);
  });
});

describe('an alert', () => {
  test('tells a person once, and once that it is over', async () => {
    const { alerts, see, notes } = world();
    alerts.add(rule());
    for (const value of [50, 95, 96, 97, 60, 61]) {
      clock.advance(10_000);
      await see(here, { 'cpu.total': value });
    }
    expect(notes).toEqual(['warn This machine: busy', 'ok This machine: busy is over']);
    expect(alerts.history(10)).toMatchObject([
      { name: 'busy', host: 'local', value: 95, threshold: 90, metric: 'cpu.total' },
    ]);
    expect(alerts.history(10)[0]!.resolved_at).toBe(new Date(T0 + 50_000).toISOString());
  });

  test('says nothing to people where the rule says so, and starts workflows all the same', async () => {
    const { alerts, see, notes, starts } = world({ workflows: ['fix'] });
    alerts.add(rule({ notify: false }));
    await see(here, { 'cpu.total': 99 });
    expect(notes).toEqual([]);
    expect(starts).toHaveLength(1);
  });

  test('starts each workflow once, with what it has to know', async () => {
    const { alerts, see, starts } = world({ workflows: ['fix', 'tell'] });
    alerts.add(rule({ severity: 'critical' }));
    await see(web, { 'cpu.total': 95 });
    clock.advance(10_000);
    await see(web, { 'cpu.total': 96 });
    const { id } = alerts.history(1)[0]!;
    expect(starts.map(({ workflow }) => workflow)).toEqual(['fix', 'tell']);
    expect(starts[0]).toEqual({
      workflow: 'fix',
      inputs: { state: 'firing' },
      key: `alert:${id}:firing`,
      trigger: {
        kind: 'alert',
        source: id,
        payload: {
          rule: 'busy',
          host: 'web-1',
          metric: 'cpu.total',
          value: 95,
          threshold: 90,
          severity: 'critical',
          since: new Date(T0).toISOString(),
          state: 'firing',
          alert: id,
        },
      },
    });
    expect(alerts.history(1)[0]!.runs).toEqual([
      { workflow: 'fix', run: 'run_1' },
      { workflow: 'tell', run: 'run_2' },
    ]);
  });

  test('is one for each disk', async () => {
    const { alerts, see, notes } = world();
    alerts.add(rule({ name: 'full', metric: 'disk.used_percent' }));
    await see(web, {
      'disk.used_percent:/': 95,
      'disk.used_percent:/srv': 99,
      'disk.used_percent:/a': 5,
    });
    expect(alerts.states({ state: 'firing' }).map(({ metric }) => metric)).toEqual([
      'disk.used_percent:/',
      'disk.used_percent:/srv',
    ]);
    expect(notes).toHaveLength(2);
  });

  test('of a host that does not answer is a rule over “up”', async () => {
    const { alerts, see, notes } = world();
    alerts.add(rule({ name: 'down', metric: 'up', comparison: '<', threshold: 1, for: '1m' }));
    for (let i = 0; i <= 6; i += 1) {
      await see(web, { up: 0 });
      clock.advance(10_000);
    }
    expect(notes).toEqual(['warn web-1: down']);
  });

  // Bug caught: the disk rule of a host that is down stays green.
  test('has no data where the host gives none', async () => {
    const { alerts, see } = world();
    alerts.add(rule());
    await see(web, { up: 1, 'cpu.total': 5 });
    clock.advance(120_000);
    await see(web, { up: 0 });
    expect(alerts.states({})).toMatchObject([{ state: 'no_data', value: 5 }]);
    clock.advance(86_400_000);
    await see(web, { up: 0 });
    expect(alerts.states({})).toEqual([]);
  });

  test('ends without a word when its rule is changed, paused or removed', async () => {
    for (const act of [
      (alerts: Alerts) => alerts.update('busy', rule({ threshold: 95 })),
      (alerts: Alerts) => alerts.setPaused('busy', true),
      (alerts: Alerts) => alerts.remove('busy'),
    ]) {
      db.exec('DELETE FROM alerts; DELETE FROM alert_rules');
      const { alerts, see, notes } = world();
      alerts.add(rule());
      await see(here, { 'cpu.total': 99 });
      act(alerts);
      expect(alerts.states({})).toEqual([]);
      expect(alerts.history(1)[0]!.resolved_at).toBeDefined();
      expect(notes).toHaveLength(1);
    }
  });

  test('a paused rule watches nothing', async () => {
    const { alerts, see } = world();
    alerts.add(rule());
    alerts.setPaused('busy', true);
    await see(here, { 'cpu.total': 99 });
    expect(alerts.states({})).toEqual([]);
    alerts.setPaused('busy', false);
    await see(here, { 'cpu.total': 99 });
    expect(alerts.states({})).toHaveLength(1);
  });

  test('of two thousand and more, the oldest are forgotten', async () => {
    const { alerts, see } = world();
    alerts.add(rule({ notify: false }));
    for (let i = 0; i < 2010; i += 1) {
      await see(here, { 'cpu.total': 99 });
      clock.advance(1000);
      await see(here, { 'cpu.total': 1 });
      clock.advance(1000);
    }
    const { n } = db.prepare('SELECT count(*) AS n FROM alerts').get() as { n: number };
    expect(n).toBeLessThanOrEqual(2002);
    expect(n).toBeGreaterThan(1990);
  });
});

describe('a workflow that cannot be started', () => {
  test('for good is told to a person, and the alert is done', async () => {
    const fail = () => new NexusError({ code: 'workflow.invalid', message: 'two problems' });
    const { alerts, see, notes } = world({ workflows: ['fix'], fail });
    alerts.add(rule());
    await see(here, { 'cpu.total': 95 });
    expect(notes).toEqual(['warn This machine: busy', 'danger fix was not started']);
    await alerts.open();
    expect(notes).toHaveLength(2);
  });

  test('for now is tried again, and nobody is told twice', async () => {
    let broken = true;
    const fail = () =>
      broken
        ? new NexusError({ code: 'database.full', message: 'full', kind: 'operational' })
        : undefined;
    const { alerts, see, notes, starts } = world({ workflows: ['fix'], fail });
    alerts.add(rule());
    await see(here, { 'cpu.total': 95 });
    clock.advance(15_000);
    await alerts.open();
    expect(starts).toEqual([]);
    broken = false;
    clock.advance(15_000);
    await alerts.open();
    expect(starts).toHaveLength(1);
    expect(notes).toEqual(['warn This machine: busy']);
  });

  test('is given up after twenty times', async () => {
    const fail = () =>
      new NexusError({ code: 'database.full', message: 'full', kind: 'operational' });
    const { alerts, see, notes } = world({ workflows: ['fix'], fail });
    alerts.add(rule());
    await see(here, { 'cpu.total': 95 });
    for (let i = 0; i < 25; i += 1) await alerts.open();
    expect(notes.at(-1)).toBe('danger fix was not started');
    expect(db.prepare('SELECT count(*) AS n FROM alert_events').get()).toEqual({ n: 0 });
  });
});

test('watching hears every change of a rule or its state', async () => {
  const { alerts, see } = world();
  const stop = new AbortController();
  const heard = alerts.watch(stop.signal)[Symbol.asyncIterator]();
  const { id } = alerts.add(rule());
  await see(here, { 'cpu.total': 95 });
  expect((await heard.next()).value).toEqual({ changed: id });
  expect((await heard.next()).value).toEqual({ changed: id });
  stop.abort();
  expect((await heard.next()).done).toBe(true);
});

// Bug caught: one rule that cannot be looked at silences all hosts.
test('trouble with the database is told to the log, not to who looks', () => {
  const { alerts, look } = world();
  alerts.add(rule());
  db.close();
  expect(() => look(here, { 'cpu.total': 95 })).not.toThrow();
});

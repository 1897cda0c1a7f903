import { describe, expect, onTestFinished, test } from 'vitest';
import { alertRuleFields } from '#contract/alerts.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { runHere } from './collect/local.ts';
import { Alerts, Monitor, thisMachine } from './index.ts';
import { monitorMigrations } from './migrations.ts';
import type { Targets } from './targets.ts';

const MINUTE = 60_000;
const web = { id: 'host_1', name: 'web-1' };
const gone = () => new NexusError({ code: 'ssh.unreachable', message: 'gone' });

/** Figures and rules together over one host that answers while `alive`, in a time of our own. */
function world() {
  const db = openDatabase(':memory:');
  migrate(db, [monitorMigrations]);
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const state = { alive: false, tries: [] as number[], run: Promise.resolve<unknown>(undefined) };
  const began = clock.now();
  const targets: Targets = {
    list: () => [web],
    run: (_id, ...call) => {
      state.tries.push(clock.now() - began);
      if (!state.alive) return Promise.reject(gone());
      const run = runHere(...call);
      state.run = run;
      return run;
    },
  };
  const notes: string[] = [];
  const alerts = new Alerts({
    db,
    clock,
    log: silentLogger,
    targets,
    here: thisMachine,
    notify: ({ title }) => void notes.push(title),
    workflows: () => [],
    start: () => Promise.reject(gone()),
  });
  const monitor = new Monitor({
    db,
    clock,
    log: silentLogger,
    targets,
    onLook: (look) => alerts.look(look),
    onHosts: (hosts) => alerts.hostsChanged(hosts),
  });
  onTestFinished(() => monitor.close());
  monitor.set(thisMachine.id, { monitored: false });
  monitor.set(web.id, { monitored: true });
  monitor.open();
  return {
    alerts,
    monitor,
    state,
    notes,
    /** Moves time on by seconds, so that what follows from a timer can happen in between. */
    async pass(ms: number) {
      for (let done = 0; done < ms; done += 1000) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const down = (lasting: string) =>
  alertRuleFields.parse({
    name: 'down',
    metric: 'up',
    comparison: '<',
    threshold: 1,
    for: lasting,
  });

describe('a host that does not answer', () => {
  // Bug caught: a dead host is asked ever more rarely, the pauses count as silence, and “down for
  // two minutes” begins anew with each try, for ever.
  test.each([
    ['2m', 2],
    ['10m', 10],
    ['1h', 60],
  ])('is down for %s after that time, and not before', async (lasting, minutes) => {
    const { alerts, pass } = world();
    alerts.add(down(lasting));
    await pass((minutes - 1) * MINUTE);
    expect(alerts.states({})).toMatchObject([{ host: 'host_1', state: 'pending' }]);
    // At the latest with the try after the time is over; tries are five minutes apart at most.
    await pass(7 * MINUTE);
    expect(alerts.states({})).toMatchObject([{ host: 'host_1', state: 'firing' }]);
  });

  // Bug caught: what lets “down” outlast the pauses lets other figures outlast the outage.
  test('has its other figures silent meanwhile, and they begin anew', async () => {
    const { alerts, pass, state, monitor } = world();
    state.alive = true;
    alerts.add({ ...down('30m'), name: 'any', metric: 'processes', comparison: '>' });
    while (!monitor.latest(web.id)) {
      await pass(1000);
      await state.run;
    }
    expect(alerts.states({})).toMatchObject([{ metric: 'processes', state: 'pending' }]);
    state.alive = false;
    await pass(10 * MINUTE);
    expect(alerts.states({})).toMatchObject([{ metric: 'processes', state: 'no_data' }]);
  });

  test('is looked at again when somebody reaches it, however long it was away', async () => {
    const { monitor, pass, state } = world();
    await pass(30 * MINUTE);
    const tried = state.tries.length;
    while (state.tries.length === tried) await pass(1000);
    const before = state.tries.length;
    await pass(20_000);
    expect(state.tries).toHaveLength(before);
    monitor.hostReached('web-1');
    await pass(2000);
    expect(state.tries).toHaveLength(before + 1);
    // Bug caught: news of its connection, which each try makes, starts the next try.
    for (let i = 0; i < 6; i += 1) {
      monitor.hostReached('web-1');
      await pass(1000);
    }
    expect(state.tries).toHaveLength(before + 1);
    monitor.hostReached('unknown');
  });
});

describe('a host that is turned on', () => {
  // Bug caught: with an hour between two looks, the first figures come after up to an hour.
  test('is looked at at once, whatever its interval', async () => {
    const { monitor, pass, state } = world();
    await pass(2000);
    monitor.set(thisMachine.id, { monitored: true, intervalMs: 60 * MINUTE });
    monitor.set(web.id, { monitored: false });
    const before = state.tries.length;
    monitor.set(web.id, { monitored: true, intervalMs: 60 * MINUTE });
    await pass(2000);
    expect(state.tries).toHaveLength(before + 1);
  });
});

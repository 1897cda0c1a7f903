import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { LOCAL_HOST, type Sample } from '#contract/monitor.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { closeFabrics, testFabric } from '#main/ssh/testing/fabric.ts';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { collect } from './collect/collect.ts';
import { collectFacts } from './collect/facts.ts';
import { runHere } from './collect/local.ts';
import { monitorMigrations } from './migrations.ts';
import { Monitor } from './monitor.ts';
import { sshTargets } from './sshTargets.ts';

afterEach(closeFabrics);
afterAll(stopAll);

function watching(targets: ConstructorParameters<typeof Monitor>[0]['targets']) {
  const db = openDatabase(':memory:');
  migrate(db, [monitorMigrations]);
  const monitor = new Monitor({ db, clock: systemClock, log: silentLogger, targets });
  onTestFinished(() => monitor.close());
  return monitor;
}

/** The next sample that is as wanted. */
async function next(samples: AsyncIterator<Sample>, wanted: (sample: Sample) => boolean) {
  for (;;) {
    const { value, done } = await samples.next();
    if (done) throw new Error('the stream ended');
    if (wanted(value)) return value;
  }
}

describe('over a real sshd', () => {
  test('the figures are those that the machine gives by itself', async () => {
    const sshd = await startSshd();
    const { fabric, host } = testFabric();
    const { id } = host('web-1', sshd);
    const targets = sshTargets(fabric);
    const remote = await collect((...call) => targets.run(id, ...call), { timeoutMs: 20_000 });
    const local = await collect(runHere, { timeoutMs: 20_000 });
    // It is the same machine, a moment later.
    expect(remote.memory?.total).toBe(local.memory?.total);
    expect(remote.disks.map(({ mount }) => mount)).toEqual(local.disks.map(({ mount }) => mount));
    expect(local.uptime! - remote.uptime!).toBeGreaterThanOrEqual(0);
    const facts = await collectFacts((...call) => targets.run(id, ...call));
    expect(facts).toMatchObject({ os: 'Linux', cores: local.cpu!.cores.length });
  });

  // Bug caught: each sample opens a connection of its own, or leaves a channel open.
  test('many samples share one connection', async () => {
    const sshd = await startSshd();
    const { fabric, host } = testFabric();
    const { id } = host('web-1', sshd);
    const targets = sshTargets(fabric);
    for (let i = 0; i < 12; i += 1)
      await collect((...call) => targets.run(id, ...call), { timeoutMs: 20_000 });
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
  });

  test('a host that goes away is down, its charts have a gap, and it is up again by itself', async () => {
    const sshd = await startSshd();
    const { fabric, host } = testFabric();
    const { id } = host('web-1', sshd);
    const monitor = watching(sshTargets(fabric));
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    monitor.open();
    expect(monitor.hosts().map(({ name, monitored }) => [name, monitored])).toEqual([
      ['This machine', true],
      ['web-1', false],
    ]);
    monitor.set(LOCAL_HOST, { monitored: false });
    const samples = monitor.live(id, stop.signal)[Symbol.asyncIterator]();
    monitor.set('web-1', { monitored: true, intervalMs: 200 });
    await next(samples, ({ values }) => values['cpu.total'] !== undefined);
    expect(monitor.hosts()[1]).toMatchObject({ status: 'up' });
    await sshd.stop();
    const down = await next(samples, ({ values }) => values['up'] === 0);
    expect(monitor.hosts()[1]).toMatchObject({ status: 'down', values: {} });
    expect(monitor.hosts()[1]!.error?.code).toMatch(/^ssh\./);
    // History keeps one sample of a second: this one is not replaced by what comes after.
    const second = (at: string) => Math.floor(Date.parse(at) / 1000);
    await next(samples, ({ at }) => second(at) > second(down.at));
    await sshd.restart();
    await next(samples, ({ values }) => values['up'] === 1);
    expect(monitor.hosts()[1]).toMatchObject({ status: 'up' });
    const now = Date.now();
    const { series } = monitor.series({
      host: 'web-1',
      metrics: ['up', 'memory.used'],
      from: now - 60_000,
      to: now + 5000,
      points: 1000,
    });
    expect(series[0]?.min).toContain(0);
    expect(series[1]?.avg[series[0]!.min.indexOf(0)]).toBeNull();
  });
});

import { afterAll, describe, expect, test } from 'vitest';
import { hostOn } from '#main/ssh/testing/host.ts';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { openPlatform } from './platform.testing.ts';
import { until } from './nexus.testing.ts';

afterAll(stopAll);

describe('a host of the inventory', { timeout: 60_000 }, () => {
  test('is monitored when it is turned on, and forgotten with its history when it is removed', async () => {
    const sshd = await startSshd();
    const { client } = await openPlatform();
    await client.hosts.add(hostOn(sshd, 'web-1', { tags: ['web'] }));
    const found = async () =>
      (await client.monitor.hosts({})).hosts.find(({ name }) => name === 'web-1');
    expect(await found()).toMatchObject({ monitored: false, status: 'off' });
    await client.alerts.add({
      name: 'tagged',
      metric: 'up',
      comparison: '>',
      threshold: 0,
      hosts: 'tag:web',
    });
    await client.monitor.set({ host: 'web-1', monitored: true, interval_seconds: 2 });
    await until(async () => (await found())?.status === 'up');
    const { sample } = await client.monitor.latest({ host: 'web-1' });
    expect(sample!.values['memory.total']).toBeGreaterThan(0);
    const { states } = await client.alerts.states({ state: 'firing' });
    expect(states.map(({ host_name: name }) => name)).toEqual(['web-1']);
    const { facts } = await client.monitor.facts({ host: 'web-1' });
    expect(facts.os).toBe('Linux');
    await client.hosts.remove({ name: 'web-1' });
    expect(await found()).toBeUndefined();
    await until(async () => (await client.alerts.states({})).states.length === 0);
    const { alerts } = await client.alerts.history({});
    expect(alerts[0]).toHaveProperty('resolved_at');
  });

  // Bug caught: every ten seconds a question pops up for a key that nobody has accepted.
  test('whose key nobody has accepted is down, and nobody is asked', async () => {
    const sshd = await startSshd();
    const { client } = await openPlatform();
    await client.hosts.add(hostOn(sshd, 'web-2', { options: { accept_new: false } }));
    await client.monitor.set({ host: 'web-2', monitored: true, interval_seconds: 2 });
    const host = await until(async () =>
      (await client.monitor.hosts({})).hosts.find(({ status }) => status === 'down'),
    );
    expect(host.error?.code).toMatch(/^ssh\./);
    expect((await client.questions.list({})).questions).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { clock, here, rule, T0, world } from './alerts.testing.ts';

describe('another process', () => {
  test('goes on with what was pending, where the break was short', async () => {
    const first = world();
    first.alerts.add(rule({ for: '1m' }));
    for (let i = 0; i < 4; i += 1) {
      await first.see(here, { 'cpu.total': 95 });
      clock.advance(10_000);
    }
    const second = world();
    await second.see(here, { 'cpu.total': 95 });
    clock.advance(20_000);
    await second.see(here, { 'cpu.total': 95 });
    expect(second.notes).toEqual(['warn This machine: busy']);
    expect(second.alerts.history(1)[0]!.since).toBe(new Date(T0).toISOString());
  });

  // Bug caught: a night in which Nexus did not run counts as a night over the limit.
  test('begins anew after a long one', async () => {
    const first = world();
    first.alerts.add(rule({ for: '1m' }));
    await first.see(here, { 'cpu.total': 95 });
    clock.advance(3_600_000);
    const second = world();
    await second.see(here, { 'cpu.total': 95 });
    expect(second.alerts.states({})).toMatchObject([{ state: 'pending' }]);
  });

  test('does not ring again for what is open', async () => {
    const first = world();
    first.alerts.add(rule());
    await first.see(here, { 'cpu.total': 95 });
    const second = world();
    clock.advance(3_600_000);
    await second.see(here, { 'cpu.total': 95 });
    expect(second.notes).toEqual([]);
    await second.see(here, { 'cpu.total': 5 });
    expect(second.notes).toEqual(['ok This machine: busy is over']);
  });

  // Bug caught: two processes see the same value, and both fire.
  test('at the same time: one of both fires', async () => {
    const [first, second] = [world({ workflows: ['fix'] }), world({ workflows: ['fix'] })];
    first.alerts.add(rule());
    // The other one read the rules before.
    second.alerts.hostsChanged(new Set(['local']));
    first.look(here, { 'cpu.total': 95 });
    second.look(here, { 'cpu.total': 95 });
    await Promise.all([first.alerts.open(), second.alerts.open()]);
    expect(first.alerts.history(10)).toHaveLength(1);
    expect([...first.notes, ...second.notes]).toHaveLength(1);
    const keys = [...first.starts, ...second.starts].map(({ key }) => key);
    // Both may have asked the engine; its dedupe key makes them one.
    expect(new Set(keys).size).toBe(1);
  });

  test('tells what the one before it had decided and not told', async () => {
    const first = world();
    first.alerts.add(rule());
    await first.alerts.close();
    first.look(here, { 'cpu.total': 95 });
    expect(first.notes).toEqual([]);
    const second = world({ workflows: ['fix'] });
    await second.alerts.open();
    expect(second.notes).toEqual(['warn This machine: busy']);
    expect(second.starts).toHaveLength(1);
  });
});

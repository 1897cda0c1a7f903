import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { alertRuleFields } from '#contract/alerts.ts';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { monitorMigrations } from '../migrations.ts';
import { RuleStore, shownRule } from './ruleStore.ts';

const T0 = Date.UTC(2026, 0, 1);
let db: Database;
let store: RuleStore;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [monitorMigrations]);
  store = new RuleStore(db, new ManualClock(T0));
});

const fields = (name: string, more: object = {}) =>
  alertRuleFields.parse({ name, metric: 'cpu.total', comparison: '>', threshold: 90, ...more });
const failing = (code: string) => expect.objectContaining({ code });

describe('a rule', () => {
  test('is read back by another process as it was written', () => {
    const all = fields('full', {
      metric: 'disk.used_percent:/srv/*',
      clear: 80,
      for: '90m',
      hosts: 'group:web and not tag:old',
      severity: 'critical',
      notify: false,
    });
    const { id } = store.add(all);
    const read = new RuleStore(db, new ManualClock(T0)).get('full');
    expect(read).toMatchObject({ id, forMs: 5_400_000, paused: false, createdAt: T0 });
    expect(shownRule(read)).toEqual({
      ...all,
      id,
      unit: 'percent',
      paused: false,
      created_at: '2026-01-01T00:00:00.000Z',
    });
  });

  test('is found by id and by name, and one that is neither is told', () => {
    const { id } = store.add(fields('busy'));
    expect(store.get(id)).toBe(store.get('busy'));
    for (const name of ['nope', '', '__proto__', 'BUSY'])
      expect(() => store.get(name)).toThrow(failing('alert.unknown_rule'));
  });

  // Bug caught: a list in the order of creation, in which nobody finds anything.
  test('stands in the order of names', () => {
    for (const name of ['c', 'a', 'b']) store.add(fields(name));
    expect(store.all().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('has its name alone, also after another was renamed', () => {
    store.add(fields('one'));
    const { id } = store.add(fields('two'));
    expect(() => store.add(fields('one'))).toThrow(failing('alert.exists'));
    expect(() => store.update(id, fields('one'))).toThrow(failing('alert.exists'));
    // Its own name is no obstacle to itself.
    expect(store.update(id, fields('two', { threshold: 5 })).threshold).toBe(5);
    store.update(id, fields('three'));
    expect(store.add(fields('two')).name).toBe('two');
  });

  test('that is changed loses what is not said any more, and stays paused', () => {
    const { id } = store.add(fields('busy', { clear: 80, for: '5m' }));
    store.setPaused('busy', true);
    expect(store.update('busy', fields('busy'))).toMatchObject({
      id,
      clear: undefined,
      forMs: 0,
      paused: true,
    });
  });

  test('is removed once', () => {
    store.add(fields('busy'));
    expect(store.remove('busy')).toBe(true);
    expect(store.remove('busy')).toBe(false);
    expect(store.all()).toEqual([]);
  });

  test('is one of five hundred at most', () => {
    for (let i = 0; i < 500; i += 1) store.add(fields(`rule-${i}`));
    expect(() => store.add(fields('rule-500'))).toThrow(failing('alert.too_many'));
    store.remove('rule-0');
    expect(store.add(fields('rule-500')).name).toBe('rule-500');
  });
});

// Bug caught: an alert that ends in the very value that raised it, and rings with every sample.
test('an alert can only end where its condition no longer holds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -50, max: 50 }),
      (comparison, threshold, clear) => {
        const add = () => store.add(fields('edge', { comparison, threshold, clear }));
        const beyond = comparison.startsWith('>') ? clear > threshold : clear < threshold;
        if (beyond) expect(add).toThrow(failing('alert.clear_invalid'));
        else expect(add().clear).toBe(clear);
        store.remove('edge');
      },
    ),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertRule, AlertState } from '#contract/alerts.ts';
import { emptyForm, fieldsOf, formOf, type RuleForm, wrongFields } from './ruleForm.ts';
import { worstOf } from './RuleList.tsx';

const rule: AlertRule = {
  id: 'rule_1',
  name: 'low-memory',
  metric: 'memory.available',
  unit: 'bytes',
  comparison: '<',
  threshold: 512 * 1024 ** 2,
  clear: 1024 ** 3,
  for: '5m',
  hosts: '*',
  severity: 'critical',
  notify: true,
  paused: false,
  created_at: '2026-01-01T00:00:00.000Z',
};
const form = (more: Partial<RuleForm>): RuleForm => ({ ...emptyForm, name: 'x', ...more });

describe('a rule in the form', () => {
  test('shows bytes in a unit in which the number is short', () => {
    expect(formOf(rule)).toMatchObject({ threshold: '512', clear: '1024', size: 'MiB' });
    expect(formOf({ ...rule, threshold: 1.5 * 1024 ** 3 })).toMatchObject({
      threshold: '1.5',
      size: 'GiB',
    });
    expect(formOf({ ...rule, threshold: 1000 })).toMatchObject({ threshold: '1000', size: 'B' });
  });

  // Bug caught: opening a rule and saving it changes it.
  test('saved as it was opened is the same rule', () => {
    for (const threshold of [512 * 1024 ** 2, 1.25 * 1024 ** 3, 12_345, 0]) {
      const { clear: _clear, ...given } = { ...rule, threshold };
      const saved = fieldsOf(formOf(given));
      expect(saved).toMatchObject({
        threshold,
        for: '5m',
        name: 'low-memory',
        metric: 'memory.available',
      });
      expect(saved).not.toHaveProperty('clear');
    }
    expect(fieldsOf(formOf(rule))).toMatchObject({ threshold: rule.threshold, clear: rule.clear });
  });

  // Bug caught: a rule of the command line with an odd number cannot be saved from the form any more.
  test('whatever its numbers are, it can be saved as it was opened', () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 });
    const metrics = fc.constantFrom(['memory.available', 'bytes'], ['load.5', 'count']);
    fc.assert(
      fc.property(numbers, numbers, metrics, (one, other, [metric, unit]) => {
        // A rule ends where the value has come back: above what it begins below.
        const [threshold, clear] = [Math.min(one, other), Math.max(one, other)];
        const given = { ...rule, metric: metric!, unit: unit as AlertRule['unit'] };
        const opened = formOf({ ...given, comparison: '<', threshold, clear });
        expect(wrongFields(opened)).toEqual([]);
        const saved = fieldsOf(opened);
        expect([saved.threshold, saved.clear]).toEqual([threshold + 0, clear + 0]);
      }),
    );
  });

  test('takes a comma as people type it, and a bare number as seconds', () => {
    expect(fieldsOf(form({ threshold: ' 92,5 ', for: '90' }))).toMatchObject({
      threshold: 92.5,
      for: '90s',
    });
  });
});

describe('what is wrong', () => {
  test('the empty form lacks a name only', () => {
    expect(wrongFields(emptyForm)).toEqual(['name']);
    expect(wrongFields(form({}))).toEqual([]);
  });

  test.each([
    [{ name: 'Disk Full' }, 'name'],
    [{ metric: 'CPU' }, 'metric'],
    [{ metric: '' }, 'metric'],
    [{ threshold: '' }, 'threshold'],
    [{ threshold: '9 0' }, 'threshold'],
    [{ for: 'soon' }, 'for'],
    [{ for: '' }, 'for'],
    [{ hosts: '  ' }, 'hosts'],
    [{ clear: '95' }, 'clear'],
    [{ clear: 'x' }, 'clear'],
    [{ comparison: '<', clear: '80' }, 'clear'],
  ] as [Partial<RuleForm>, string][])('%j: %s', (more, wrong) => {
    expect(wrongFields(form(more))).toEqual([wrong]);
  });

  test.each([
    { clear: '80' },
    { comparison: '<' as const, clear: '95' },
    { for: '1h30m' },
    { metric: 'disk.used_percent:/srv/*' },
  ])('%j is fine', (more) => {
    expect(wrongFields(form(more))).toEqual([]);
  });
});

describe('where a rule stands', () => {
  const state = (name: AlertState['state'], of = 'rule_1') =>
    ({ rule: of, state: name }) as AlertState;

  test.each([
    [[], 'waiting'],
    [[state('ok'), state('firing'), state('pending')], 'firing'],
    [[state('ok'), state('pending')], 'pending'],
    [[state('ok'), state('no_data')], 'no_data'],
    [[state('ok')], 'ok'],
    [[state('firing', 'another')], 'waiting'],
  ] as [AlertState[], string][])('%#: the worst of all hosts', (states, worst) => {
    expect(worstOf(rule, states)).toBe(worst);
  });

  test('paused it stands nowhere', () => {
    expect(worstOf({ ...rule, paused: true }, [state('firing')])).toBe('paused');
  });
});

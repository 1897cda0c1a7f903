import { describe, expect, test } from 'vitest';
import type { AlertPayload } from '#contract/alerts.ts';
import { alertTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { silentLogger } from '#main/base/log.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import { createAlertTriggers } from './alert.ts';

const alert: AlertPayload = {
  rule: 'disk-full',
  host: 'web-1',
  metric: 'disk.used_percent:/',
  value: 95.5,
  threshold: 90,
  severity: 'critical',
  since: '2026-01-01T00:00:00.000Z',
  state: 'firing',
  alert: 'alert_1',
};

const triggers = () =>
  createAlertTriggers({
    clock: new ManualClock(Date.UTC(2026, 0, 1)),
    log: silentLogger,
    secrets: { get: () => undefined, names: () => [] },
    compile: (value) => compileJson(value, { stepIds: new Set() }),
  });

const on = (parts: object) => alertTrigger.parse(parts);
const starts = (parts: object, what: Partial<AlertPayload> = {}) => {
  const all = triggers();
  all.sync('fix', [on(parts)]);
  return all.matching({ ...alert, ...what }).length === 1;
};

describe('an alert starts a workflow', () => {
  test.each([
    [{}, {}, true],
    [{ rules: 'disk-full' }, {}, true],
    [{ rules: 'disk' }, {}, false],
    [{ rules: ['cpu-*', 'disk-*'] }, {}, true],
    [{ severity: 'critical' }, {}, true],
    [{ severity: ['info', 'warning'] }, {}, false],
    [{ hosts: 'web-*' }, {}, true],
    [{ hosts: ['db-*'] }, {}, false],
    [{ rules: 'disk-full', severity: 'critical', hosts: 'web-1' }, {}, true],
    [{ rules: 'disk-full', severity: 'info' }, {}, false],
    [{}, { state: 'resolved' }, false],
    [{ state: ['resolved'] }, { state: 'resolved' }, true],
    [{ state: ['resolved'] }, {}, false],
    [{ state: ['firing', 'resolved'] }, {}, true],
    [{ enabled: false }, {}, false],
  ] as const)('that waits for %j, with %j: %s', (parts, what, wanted) => {
    expect(starts(parts, what)).toBe(wanted);
  });

  test('with inputs that see the alert, evaluated when it starts', () => {
    const all = triggers();
    all.sync('fix', [
      on({
        inputs: {
          where: '${{ trigger.host }}',
          over: '${{ trigger.value - trigger.threshold }}',
          kind: '${{ trigger.kind }} ${{ trigger.source }}',
        },
      }),
    ]);
    const [start] = all.matching(alert);
    expect(start?.inputs()).toEqual({ where: 'web-1', over: 5.5, kind: 'alert alert_1' });
    expect(start).toMatchObject({
      workflow: 'fix',
      trigger: { kind: 'alert', source: 'alert_1', payload: alert },
    });
  });

  // Bug caught: two triggers that both match make two runs of one alert.
  test('once, though two of its triggers match', () => {
    const all = triggers();
    all.sync('fix', [on({ rules: 'disk-*', inputs: { n: 1 } }), on({ inputs: { n: 2 } })]);
    expect(all.matching(alert).map((start) => start.inputs())).toEqual([{ n: 1 }]);
  });

  test('with an input that fails, it says so at the start and not before', () => {
    const all = triggers();
    all.sync('bad', [on({ inputs: { x: '${{ trigger.none }}' } })]);
    all.sync('good', [on({})]);
    const found = all.matching(alert);
    expect(found.map(({ workflow }) => workflow)).toEqual(['bad', 'good']);
    expect(() => found[0]!.inputs()).toThrow(/none/);
    expect(found[1]!.inputs()).toEqual({});
  });
});

describe('what a workflow waits for', () => {
  test('is replaced by its next version, and gone with the last', () => {
    const all = triggers();
    all.sync('fix', [on({ rules: 'a' })]);
    all.sync('fix', [on({ rules: 'disk-full' })]);
    expect(all.matching(alert)).toHaveLength(1);
    all.sync('fix', []);
    expect(all.matching(alert)).toEqual([]);
  });

  // Bug caught: one broken expression in a file stops every other workflow’s triggers.
  test('with an expression that is none is left out', () => {
    const all = triggers();
    all.sync('fix', [on({ inputs: { x: '${{ trigger.( }}' } }), on({ rules: 'disk-full' })]);
    expect(all.matching(alert)).toHaveLength(1);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approval } from './approval.ts';
import { harness, runKind, type Harness } from './harness.testing.ts';
import { notify } from './notify.ts';
import { respond } from './respond.ts';
import { wait } from './wait.ts';
import { workflow } from './workflow.ts';

const NOW = Date.parse('2026-05-01T00:00:00Z');
let h: Harness;
beforeEach(() => {
  h = harness({ clock: { now: () => NOW } });
});
afterEach(() => h.remove());

describe('wait', () => {
  it('takes its durations and instants from the step’s clock', async () => {
    expect(await runKind(wait, { duration: '1h30m' }, h.context)).toEqual({
      type: 'wait_until',
      at: NOW + 5_400_000,
      outputs: { until: '2026-05-01T01:30:00.000Z' },
    });
    expect(await runKind(wait, { until: '2026-05-01T08:00:00+02:00' }, h.context)).toMatchObject({
      at: Date.parse('2026-05-01T06:00:00Z'),
    });
  });

  it('waits for an event with key and timeout', async () => {
    const input = { event: 'paid', key: '17', timeout: '1m', on_timeout: 'continue' };
    expect(await runKind(wait, input, h.context)).toEqual({
      type: 'wait_event',
      name: 'paid',
      key: '17',
      timeoutAt: NOW + 60_000,
      onTimeout: 'continue',
    });
  });

  it('refuses what JavaScript would guess to be a date, instead of waiting for years', async () => {
    for (const until of ['5', 'May', '2026-13-01', 'tomorrow', '2026-05-01T25:00:00Z'])
      await expect(runKind(wait, { until }, h.context)).rejects.toMatchObject({
        code: 'wait.until_invalid',
      });
  });

  it('reports a wait for nothing and for two things at validation', () => {
    expect(wait.check?.({})).toHaveLength(1);
    expect(wait.check?.({ duration: 1, event: 'x' })[0]?.path).toEqual(['event']);
    expect(wait.check?.({ until: '${{ inputs.at }}' })).toEqual([]);
    expect(wait.with.safeParse({ duration: 1, event: 'x' }).success).toBe(false);
  });
});

describe('approval', () => {
  it('asks with approve and reject by default', async () => {
    expect(await runKind(approval, { title: 'Go?', who: 'admin' }, h.context)).toEqual({
      type: 'approval',
      title: 'Go?',
      message: undefined,
      choices: ['approve', 'reject'],
      fields: [],
      who: ['admin'],
      timeoutAt: undefined,
      defaultChoice: undefined,
    });
  });

  it('reports a default that cannot be chosen, or never is', () => {
    const codes = (authored: Record<string, unknown>) =>
      approval.check!({ title: 'x', ...authored }).map((p) => p.code);
    expect(codes({ default: 'maybe', timeout: '1h' })).toEqual(['approval.default_unknown']);
    expect(codes({ default: 'reject' })).toEqual(['approval.default_without_timeout']);
    expect(codes({ default: 'later', choices: ['now', 'later'], timeout: 1 })).toEqual([]);
    expect(codes({ default: '${{ inputs.d }}', timeout: 1 })).toEqual([]);
  });
});

describe('respond', () => {
  it('carries status, headers as text and the body', async () => {
    const input = { status: 201, headers: { 'x-count': 3 }, body: { ok: true } };
    expect(await runKind(respond, input, h.context)).toEqual({
      type: 'respond',
      status: 201,
      headers: { 'x-count': '3' },
      body: { ok: true },
      outputs: { status: 201 },
    });
  });

  it('refuses a line break in a header, which would split the response', () => {
    const of = (headers: unknown) => respond.with.safeParse({ headers }).success;
    expect(of({ a: 'x\r\nset-cookie: y' })).toBe(false);
    expect(of({ 'a\r\nb': 'x' })).toBe(false);
    expect(of({ 'X-Fine_1': 'y' })).toBe(true);
  });
});

it('workflow waits for its sub-workflow unless told otherwise', async () => {
  expect(await runKind(workflow, { workflow: 'b', inputs: { n: 1 } }, h.context)).toEqual({
    type: 'subworkflow',
    workflow: 'b',
    inputs: { n: 1 },
    wait: true,
  });
});

it('notify tells once, with its level', async () => {
  await runKind(notify, { title: 'Done', body: 'All of it', level: 'ok' }, h.context);
  expect(h.notes).toEqual([{ title: 'Done', body: 'All of it', level: 'ok' }]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditEntry } from './audit.ts';
import { durationText, instant, json, pageInput, pageOf } from './common.ts';
import { errorShape, problemSchema } from './errors.ts';
import { settings } from './platform.ts';
import { runEvent, runStatus, runStep, stepStatus, terminalRunStatuses } from './runs.ts';
import { streamFrame } from './stream.ts';
import { z } from 'zod';
import { takes } from './schemas.testing.ts';

describe('values that come from outside', () => {
  it('durations', () => {
    for (const good of ['500ms', '1h30m', '1.5s', '2w', 0, 2.5])
      expect(takes(durationText, good)).toBe(true);
    for (const bad of ['', '5', 's', '5 m', '-5m', '1e3s', -1, Number.NaN, null, ['5m']])
      expect(takes(durationText, bad)).toBe(false);
  });

  it('instants carry an offset: a time of nowhere is refused', () => {
    for (const good of ['2026-03-29T01:00:00.000Z', '2026-03-29T01:00:00+02:00'])
      expect(takes(instant, good)).toBe(true);
    for (const bad of ['2026-03-29', '2026-03-29T01:00:00', '2026-13-01T00:00:00Z', 'now', 5])
      expect(takes(instant, bad)).toBe(false);
  });

  it('a page has a size, also when it comes as text from an address', () => {
    expect(pageInput.parse({})).toEqual({ limit: 100 });
    expect(pageInput.parse({ limit: '20', cursor: 'x' })).toEqual({ limit: 20, cursor: 'x' });
    for (const limit of [0, -1, 501, 1.5, 'x', 'Infinity'])
      expect(takes(pageInput, { limit })).toBe(false);
    expect(pageOf(z.string()).parse({ items: ['a'] })).toEqual({ items: ['a'] });
  });

  it('JSON is taken as it is, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(json.parse(plain)).toEqual(plain);
      }),
    );
    for (const bad of [undefined, () => 1, Symbol('x'), 1n, Number.NaN, { a: undefined }])
      expect(takes(json, bad)).toBe(false);
  });

  it('frames of a stream count bytes that can be', () => {
    const frame = streamFrame(z.number());
    expect(takes(frame, { stream: 's', bytes: 0, items: [1] })).toBe(true);
    for (const bytes of [-1, 1.5, '5'])
      expect(takes(frame, { stream: 's', bytes, items: [] })).toBe(false);
    expect(takes(frame, { stream: 's', bytes: 1, items: ['x'] })).toBe(false);
  });

  it('settings have a default each, and bounds that keep the platform usable', () => {
    const all = settings.parse({});
    expect(settings.parse(all)).toEqual(all);
    for (const bad of [
      { retention_days: 0 },
      { retention_runs: 9 },
      { max_parallel_steps: 0 },
      { environment: 'x'.repeat(41) },
    ])
      expect(takes(settings, { ...all, ...bad })).toBe(false);
  });
});

describe('runs', () => {
  it('every status is either over or goes on, and steps know all that runs do but the queue', () => {
    expect(terminalRunStatuses.every((status) => runStatus.options.includes(status))).toBe(true);
    const goesOn = runStatus.options.filter((status) => !terminalRunStatuses.includes(status));
    expect(goesOn).toEqual(['queued', 'running', 'waiting', 'interrupted']);
    const unknown = runStatus.options.filter(
      (status) => !stepStatus.options.includes(status as never),
    );
    expect(unknown).toEqual(['queued']);
  });

  it('an event is told apart by its type, and one of another shape is refused', () => {
    const step = { id: 'a', uses: 'shell', status: 'running', attempts: 1 };
    expect(runEvent.parse({ type: 'step', id: 'run_1', step })).toEqual({
      type: 'step',
      id: 'run_1',
      step,
    });
    expect(takes(runEvent, { type: 'end', id: 'run_1' })).toBe(true);
    expect(takes(runEvent, { type: 'step', id: 'run_1' })).toBe(false);
    expect(takes(runEvent, { type: 'other', id: 'run_1' })).toBe(false);
    expect(takes(runStep, { ...step, status: 'queued' })).toBe(false);
  });
});

describe('errors and problems', () => {
  it('an error without a word of whose it is counts as the caller’s', () => {
    expect(errorShape.parse({ code: 'a.b', message: 'x' })).toEqual({
      code: 'a.b',
      message: 'x',
      kind: 'user',
    });
    expect(takes(errorShape, { code: 'a.b', message: 'x', kind: 'mine' })).toBe(false);
  });

  it('a problem is an error unless it says that it warns', () => {
    expect(problemSchema.parse({ code: 'c', message: 'm', path: ['steps', 2] }).severity).toBe(
      'error',
    );
    expect(takes(problemSchema, { code: 'c', message: 'm', line: 1.5 })).toBe(false);
  });

  it('an audit entry names its outcome', () => {
    expect(auditEntry.shape.outcome.options).toEqual(['allowed', 'refused', 'failed']);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextFirings } from '#main/scheduler/index.ts';
import { isInstant } from './instant.ts';
import { parseWorkflow } from './parse.ts';
import { testKinds } from './testing/kinds.ts';

/** Codes of the problems of a workflow with this `on`. */
function codes(on: unknown, name = 'x', inputs: unknown = {}): string[] {
  const source = JSON.stringify({ name, on, inputs, steps: [{ id: 'a', uses: 'transform' }] });
  const { problems } = parseWorkflow(source, { kinds: testKinds });
  for (const problem of problems) expect(problem.hint).toBeTruthy();
  return problems.map((problem) => problem.code);
}

/** Whether the scheduler itself takes the time. */
function scheduled(at: string): boolean {
  try {
    nextFirings({ at, timezone: 'UTC', from: 0, count: 1 });
    return true;
  } catch {
    return false;
  }
}

describe('one-off times', () => {
  test.each([
    '2026-02-30',
    '2026-02-29T10:00',
    '1900-02-29',
    '2026-04-31T10:00Z',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-01-32',
    '2026-01-01T24:00',
    '2026-01-01T10:60',
    '2026-01-01T10:00:60',
    '2026-01-01T10:00+19:00',
    '2026-01-01T10:00+01:60',
    '2026-1-1',
    'tomorrow',
    '',
  ])('%s is refused in the file, and not only when it should have fired', (at) => {
    expect(isInstant(at)).toBe(false);
    expect(scheduled(at)).toBe(false);
    expect(codes({ schedule: { at } })).toEqual(['workflow.schedule']);
  });

  test.each([
    '2024-02-29',
    '2000-02-29T00:00',
    '2026-12-24T18:00',
    '2026-12-24 18:00:00.5',
    '2026-12-24T18:00:00,123456789Z',
    '2026-12-24T18:00+05:45',
    '2026-12-24T18:00-0330',
  ])('%s is taken, as the scheduler takes it', (at) => {
    expect(isInstant(at)).toBe(true);
    expect(scheduled(at)).toBe(true);
    expect(codes({ schedule: { at } })).toEqual([]);
  });

  test('what the file allows the scheduler takes, and what it refuses the scheduler refuses', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const date = fc
      .tuple(fc.integer({ min: 1896, max: 2104 }), two(14), two(33))
      .map((parts) => parts.join('-'));
    const time = fc.tuple(two(26), two(62), two(62)).map((parts) => parts.join(':'));
    const offset = fc.oneof(
      fc.constantFrom('', 'Z', 'z'),
      fc
        .tuple(fc.constantFrom('+', '-'), two(20), fc.constantFrom(':', ''), two(61))
        .map((p) => p.join('')),
    );
    const text = fc.oneof(
      date,
      fc
        .tuple(date, fc.constantFrom('T', ' ', 't', '_'), time, offset)
        .map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (at) => {
        expect(isInstant(at)).toBe(scheduled(at));
      }),
      { numRuns: 3000 },
    );
  });

  test('the days of every month are those of the calendar', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(isInstant(date.toISOString())).toBe(true);
          // The day after the last of a month is in no month.
          const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
          if (date.getUTCFullYear() < 100) return;
          const text = last.toISOString().slice(0, 8);
          expect(isInstant(text + last.getUTCDate())).toBe(true);
          expect(isInstant(text + (last.getUTCDate() + 1))).toBe(false);
        },
      ),
    );
  });
});

describe('schedules', () => {
  test('a schedule says exactly one thing about when', () => {
    expect(codes({ schedule: {} })).toEqual(['workflow.schedule']);
    expect(codes({ schedule: { every: '5m', at: '2026-01-01' } })).toEqual(['workflow.schedule']);
    expect(codes({ schedule: [{ every: '5m' }, { at: '2026-01-01' }] })).toEqual([]);
  });

  test('inputs that a trigger gives are checked like those of a form', () => {
    const inputs = { n: { type: 'integer' } };
    const given = (value: unknown) =>
      codes({ schedule: { every: '5m', inputs: value } }, 'x', inputs);
    expect(given({ n: 1 })).toEqual([]);
    expect(given({ n: '${{ trigger.due_at.size() }}' })).toEqual([]);
    expect(given({ n: 'many' })).toEqual(['workflow.type']);
    expect(given({ m: 1 })).toContain('workflow.unknown_input');
  });
});

describe('webhooks', () => {
  const dedupe = (text: string) => codes({ webhook: { path: 'x', auth: 'none', dedupe: text } });

  test.each([
    'trigger.body.id',
    '${{ trigger.body.id }}',
    '${{ trigger.body.kind }}-${{ trigger.body.id }}',
    'order ${{ trigger.query["id"] }}',
    'trigger.headers["x-request-id"]',
    'sha256(toJson(trigger.body))',
  ])('the dedupe key %s depends on the delivery', (text) => {
    expect(dedupe(text)).toEqual([]);
  });

  test.each(['"order"', '1 + 2', '${{ "x" }}', '$${{ trigger.body.id }}', '[1].map(x, x)'])(
    'the dedupe key %s would let the first delivery in and no other ever',
    (text) => {
      expect(dedupe(text)).toEqual(['workflow.webhook_dedupe']);
    },
  );

  test.each([
    ['order', 'workflow.unknown_name'],
    ['inputs.id', 'workflow.unknown_name'],
    ['secrets.KEY', 'workflow.unknown_name'],
    ['trigger.(', 'workflow.expression'],
    ['${{ trigger.( }}', 'workflow.expression'],
    ['${{ trigger.body', 'workflow.expression'],
  ])('the dedupe key %s is one problem, not two', (text, code) => {
    expect(dedupe(text)).toEqual([code]);
  });

  test('the same path with other methods is another webhook', () => {
    const hook = (path: string, methods: string[]) => ({ path, auth: 'none', methods });
    expect(codes({ webhook: [hook('a', ['POST']), hook('a', ['PUT', 'GET'])] })).toEqual([]);
    expect(codes({ webhook: [hook('a', ['POST', 'GET']), hook('/a', ['GET'])] })).toEqual([
      'workflow.webhook_path',
    ]);
  });

  test('a workflow that starts itself is pointed out, and may', () => {
    expect(codes({ workflow_completed: { workflow: 'me' } }, 'me')).toEqual(['workflow.loop']);
    expect(codes({ workflow_completed: { workflow: 'other' } }, 'me')).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditEntry } from './audit.ts';
import { durationText, instant, json, pageInput, pageOf } from './common.ts';
import { errorShape, problemSchema } from './errors.ts';
import { settings } from './platform.ts';
import { runEvent, runStatus, runStep, stepStatus, terminalRunStatuses } from './runs.ts';
import { streamFrame } from './stream.ts';
import {
  inputDefinition,
  onError,
  retryPolicy,
  scheduleTrigger,
  stepId,
  triggers,
  webhookTrigger,
  workflow,
  workflowName,
} from './workflow.ts';
import { z } from 'zod';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('names', () => {
  it.each(['a', 'backup', 'my-flow.v2_1', '0', 'x'.repeat(100)])('of a workflow: %s', (name) =>
    expect(takes(workflowName, name)).toBe(true),
  );

  it.each(['', '.hidden', '-x', '../up', 'a/b', 'A', 'a b', 'ä', 'a\n', 'x'.repeat(101)])(
    'that would be another file, or none, are refused: %j',
    (name) => {
      // Bug caught: a name that leads out of the folder, or that two file systems read differently.
      expect(takes(workflowName, name)).toBe(false);
    },
  );

  it('of a step are what an expression can write, with a dash at most', () => {
    for (const id of ['a', '_x', 'Build-2', 'x'.repeat(64)]) expect(takes(stepId, id)).toBe(true);
    for (const id of ['', '2a', '-a', 'a.b', 'a b', 'é', 'a\n', '?s1', 'x'.repeat(65)])
      expect(takes(stepId, id)).toBe(false);
  });
});

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

describe('a workflow', () => {
  const least = { name: 'w', steps: [{ id: 'a', uses: 'shell' }] };

  it('needs a name and a step, and no more', () => {
    expect(workflow.parse(least)).toEqual({ ...least, version: 'nexus/v1' });
    expect(takes(workflow, { name: 'w', steps: [] })).toBe(false);
    expect(takes(workflow, { steps: least.steps })).toBe(false);
    expect(takes(workflow, { ...least, version: 'nexus/v2' })).toBe(false);
  });

  it.each(['step', 'step_s', 'trigger', 'Steps', 'needs', 'x'])(
    'a key that nobody knows is a mistake and not a wish: %s',
    (key) => {
      // Bug caught: "timout: 5m" is ignored, and the step hangs for ever.
      expect(takes(workflow, { ...least, [key]: 1 })).toBe(false);
      expect(takes(workflow, { ...least, steps: [{ ...least.steps[0], [`${key}_`]: 1 }] })).toBe(
        false,
      );
    },
  );

  it('is started by hand in any way of writing it', () => {
    for (const manual of [null, {}, true]) expect(takes(triggers, { manual })).toBe(true);
    expect(takes(triggers, { manual: false })).toBe(false);
    expect(takes(triggers, { manual: { x: 1 } })).toBe(false);
    expect(takes(triggers, { push: {} })).toBe(false);
  });

  it('one trigger or a list of them', () => {
    const schedule = { cron: '0 3 * * *' };
    for (const value of [schedule, [schedule], [schedule, { every: '5m' }]])
      expect(takes(triggers, { schedule: value })).toBe(true);
    expect(scheduleTrigger.parse(schedule)).toEqual({
      ...schedule,
      missed: 'last',
      max_missed: 100,
      enabled: true,
    });
    for (const bad of [{ missed: 'some' }, { max_missed: 0 }, { max_missed: 1001 }])
      expect(takes(scheduleTrigger, { ...schedule, ...bad })).toBe(false);
  });

  it('a webhook says how it is guarded: none only when that is written out', () => {
    // Bug caught: a hook without "auth" that anybody can call.
    const bearer = { bearer: { secret: 'TOKEN' } };
    expect(takes(webhookTrigger, { path: '/a' })).toBe(false);
    for (const auth of ['none', bearer, { hmac: { scheme: 'github', secret: 'S' } }])
      expect(takes(webhookTrigger, { path: '/a', auth })).toBe(true);
    for (const auth of [
      null,
      '',
      'open',
      {},
      { bearer: {} },
      { hmac: { scheme: 'x', secret: 'S' } },
      { ...bearer, x: 1 },
    ])
      expect(takes(webhookTrigger, { path: '/a', auth })).toBe(false);
    expect(webhookTrigger.parse({ path: 'a', auth: bearer })).toMatchObject({
      methods: ['POST'],
      respond: 'on_receive',
      max_body: '1MiB',
      enabled: true,
    });
  });

  it.each(['', '/', '//a', '/a?b', '/a b', '/%2e', '/ä', '/a#b', `/${'a'.repeat(201)}`])(
    'a webhook’s path is one that an address can hold as it is: %j',
    (path) => expect(takes(webhookTrigger, { path, auth: 'none' })).toBe(false),
  );

  it('retries end, and start from a number of times', () => {
    expect(retryPolicy.parse({ attempts: 3 })).toEqual({
      attempts: 3,
      backoff: '1s',
      factor: 2,
      max: '5m',
      jitter: 0.1,
    });
    for (const bad of [
      {},
      { attempts: 0 },
      { attempts: 101 },
      { attempts: 2, factor: 0.5 },
      { attempts: 2, jitter: 2 },
    ])
      expect(takes(retryPolicy, bad)).toBe(false);
  });

  it('what happens on an error is one of three things', () => {
    for (const good of ['fail', 'continue', { goto: 'a' }]) expect(takes(onError, good)).toBe(true);
    for (const bad of ['goto', {}, { goto: '' }, { goto: 'a', x: 1 }, null])
      expect(takes(onError, bad)).toBe(false);
  });

  it('inputs are texts unless they say otherwise', () => {
    expect(inputDefinition.parse({})).toEqual({ type: 'string' });
    expect(takes(inputDefinition, { type: 'date' })).toBe(false);
    expect(takes(inputDefinition, { enum: [] })).toBe(false);
    expect(takes(workflow, { ...least, inputs: { 'a-b': {} } })).toBe(false);
  });

  it('read twice is the same as read once: defaults are values that can be written', () => {
    // Bug caught: a default that its own schema refuses, so that a saved definition is invalid.
    const step = fc.record(
      {
        id: fc.constantFrom('a', 'b_1', 'C-2'),
        uses: fc.constantFrom('shell', 'http'),
        needs: fc.constantFrom<unknown>('a', [], ['a']),
        if: fc.constantFrom<unknown>('always()', true),
        retry: fc.constantFrom({ attempts: 2 }, { attempts: 1, on: ['http.*'] }),
        timeout: fc.constantFrom<unknown>('5m', 30),
        on_error: fc.constantFrom<unknown>('continue', { goto: 'a' }),
        rollback: fc.constantFrom<unknown>(true, { uses: 'shell', timeout: '1s' }),
        foreach: fc.constantFrom<unknown>('inputs.list', [1, { a: null }]),
        env: fc.constantFrom({ A: 'x', B: 1, C: false }),
        with: fc.dictionary(fc.constantFrom('run', 'url'), fc.jsonValue()),
      },
      { requiredKeys: ['id', 'uses'] },
    );
    const whole = fc.record(
      {
        name: fc.constant('w'),
        steps: fc.array(step, { minLength: 1, maxLength: 3 }),
        on: fc.constantFrom(
          { manual: null, schedule: { every: '5m' } },
          { webhook: { path: 'x', auth: { hmac: { scheme: 'github', secret: 'S' } } } },
          { workflow_completed: [{ workflow: 'other' }] },
        ),
        concurrency: fc.constantFrom<unknown>('one', { group: 'g', mode: 'skip' }),
        inputs: fc.constantFrom({ a: {}, b: { type: 'integer', default: 3 } }),
        editor: fc.constantFrom({ positions: { a: [1, -2] } }, { notes: [] }),
      },
      { requiredKeys: ['name', 'steps'] },
    );
    fc.assert(
      fc.property(whole, (raw) => {
        const once = workflow.parse(raw);
        expect(workflow.parse(JSON.parse(JSON.stringify(once)))).toEqual(
          JSON.parse(JSON.stringify(once)),
        );
      }),
    );
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

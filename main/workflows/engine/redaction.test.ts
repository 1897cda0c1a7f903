import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { createRedactor } from '#main/base/redact.ts';
import { NexusError } from '#main/base/errors.ts';
import type { LogLine } from '#contract/runs.ts';
import { instantKind, Lab, manual, stall, textOf } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const SECRET = 'correct-horse-battery';
const TABLES = ['runs', 'steps', 'attempts', 'log_chunks', 'signals', 'dedupe'];

function leaks(): string[] {
  return TABLES.filter((table) =>
    JSON.stringify(lab.rows(`SELECT * FROM ${table}`)).includes(SECRET),
  );
}

/** A lab with the platform's real redactor. */
function realLab(kinds: ReturnType<typeof instantKind>[] = []) {
  const redactor = createRedactor();
  lab = new Lab({
    kinds,
    redact: (text) => redactor.redactText(text),
    redactJson: (value) => redactor.redactJson(value),
    conceal: (value) => void redactor.add(value),
  });
  return redactor;
}

test('a secret that arrives by the trigger, a decision, an event or a reason is in no table and no view', async () => {
  const redactor = realLab();
  redactor.add(SECRET);
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
steps:
  - { id: see, uses: transform, with: { set: { v: '\${{ trigger.body.token }}' } } }
  - { id: ask, uses: approval, with: { title: Sure, fields: [{ name: why }] } }
  - { id: hear, uses: wait, with: { event: go } }
  - { id: g, uses: gate }
`);
  const { run } = await engine.start({
    workflow,
    inputs: {},
    trigger: { kind: 'webhook', source: 'hook', payload: { body: { token: SECRET } } },
  });
  await engine.parked();
  const decision = { fields: { why: SECRET }, comment: `it is ${SECRET}`, by: 'me', roles: [] };
  await engine.approve(run.id, decision);
  await engine.sendEvent({ name: 'go', data: { token: SECRET } });
  await lab.gate.arrived(1);
  await engine.cancel(run.id, 'me', `leaked ${SECRET}`);
  const detail = await engine.finished(run.id);
  expect(leaks()).toEqual([]);
  expect(JSON.stringify(detail)).not.toContain(SECRET);
  expect(detail.error?.message).toContain('leaked ***');
  expect(detail.steps[1]!.outputs).toMatchObject({ comment: 'it is ***' });
});

test('a wish that waits for another process in the journal holds no secret', async () => {
  const redactor = realLab();
  redactor.add(SECRET);
  const engine = await lab.opened();
  const workflow = lab.workflow(
    '{ name: w, steps: [{ id: ask, uses: approval, with: { title: Sure } }] }',
  );
  const { run } = await engine.start({ workflow, ...manual });
  await engine.parked();
  const other = lab.engine();
  await other.open('own');
  await other.approve(run.id, { fields: {}, comment: SECRET, by: 'me', roles: [] });
  expect(lab.rows('SELECT * FROM signals')).toHaveLength(1);
  expect(leaks()).toEqual([]);
});

test('an error of the run’s outputs and of a condition shows no secret', async () => {
  const redactor = realLab();
  redactor.add(SECRET);
  lab.secrets.set('TOKEN', SECRET);
  const engine = await lab.opened();
  const workflow = lab.workflow(`
name: w
inputs: { raw: { type: string, secret: true } }
steps:
  - { id: a, uses: transform, with: { set: { x: 1 } } }
  - { id: c, uses: transform, needs: [], if: 'fromJson(secrets.TOKEN) == 1', on_error: continue, with: { set: { x: 1 } } }
outputs: { n: '\${{ fromJson(inputs.raw) }}' }
`);
  const { run } = await engine.start({ workflow, ...manual, inputs: { raw: SECRET } });
  const detail = await engine.finished(run.id);
  expect(detail.status).toBe('failed');
  expect(JSON.stringify({ ...detail, source: '' })).not.toContain(SECRET);
});

const echo = instantKind('echo', 'idempotent', (input, context) => {
  void context.log('stdout', `saw ${textOf(input['t'])}\n`);
  if (input['fail'] === true)
    throw new NexusError({ code: 'test.echo', message: `bad ${textOf(input['t'])}` });
  return { got: input['t'] ?? null };
});

async function logOf(lines: AsyncIterable<LogLine>): Promise<string> {
  let text = '';
  for await (const line of lines) text += `${line.text}\n`;
  return text;
}

test('an input that is called secret stays hidden after a restart, in a sub-workflow and in a retry', async () => {
  realLab([echo]);
  const first = await lab.opened();
  lab.workflow(`
name: child
inputs: { word: { type: string, secret: true } }
steps: [{ id: a, uses: echo, with: { t: '\${{ inputs.word }}' } }]
`);
  const workflow = lab.workflow(`
name: w
inputs: { word: { type: string, secret: true } }
steps:
  - { id: ask, uses: approval, with: { title: Sure } }
  - { id: a, uses: echo, with: { t: '\${{ inputs.word }}' } }
  - { id: call, uses: workflow, with: { workflow: child, inputs: { word: '\${{ inputs.word }}' } } }
  - { id: bad, uses: echo, with: { t: '\${{ inputs.word }}', fail: true } }
`);
  const { run } = await first.start({ workflow, ...manual, inputs: { word: SECRET } });
  await first.parked();
  stall(lab);
  // A process that has never heard of the word, as after a restart.
  const fresh = createRedactor();
  const other = await lab.opened({
    redact: (text) => fresh.redactText(text),
    redactJson: (value) => fresh.redactJson(value),
    conceal: (value) => void fresh.add(value),
  });
  await other.approve(run.id, { fields: {}, by: 'me', roles: [] });
  const detail = await other.finished(run.id);
  expect(detail.steps[1]!.outputs).toEqual({ got: '***' });
  expect(await logOf(other.log(run.id, { after: 0, follow: false }))).toContain('saw ***');
  const tables = ['steps', 'attempts', 'log_chunks'];
  for (const table of tables)
    expect(JSON.stringify(lab.rows(`SELECT * FROM ${table}`))).not.toContain(SECRET);
  expect(detail.inputs).toEqual({ word: '***' });
});

test('a secret input of a sub-workflow alone is hidden there', async () => {
  realLab([echo]);
  const engine = await lab.opened();
  lab.workflow(`
name: child
inputs: { word: { type: string, secret: true } }
steps: [{ id: a, uses: echo, with: { t: '\${{ inputs.word }}' } }]
`);
  const workflow = lab.workflow(`
name: w
steps: [{ id: call, uses: workflow, with: { workflow: child, inputs: { word: '${SECRET}' } } }]
`);
  const { run } = await engine.start({ workflow, ...manual });
  await engine.finished(run.id);
  const child = engine.list({ workflow: 'child', limit: 1 }).items[0]!;
  expect(engine.get(child.id).steps[0]!.outputs).toEqual({ got: '***' });
});

test('whatever shape a step puts out, a secret in it is not journaled', async () => {
  let outputs: Json = null;
  const any = instantKind('any', 'idempotent', () => outputs);
  const redactor = realLab([any]);
  redactor.add(SECRET);
  const engine = await lab.opened();
  const workflow = lab.workflow('{ name: w, steps: [{ id: a, uses: any }] }');
  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>(SECRET, `a${SECRET}b`, 1, null, true, 'plain'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('k', SECRET, `x${SECRET}`), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      outputs = one;
      const { run } = await engine.start({ workflow, ...manual });
      await engine.finished(run.id);
      expect(leaks()).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WorkflowStore } from './index.ts';
import { broken, codeOf, operationsOn, valid, withStore } from './store.testing.ts';
import type { NexusError } from '#main/base/errors.ts';

let dir: string;
let store: WorkflowStore;
withStore((place) => ({ dir, store } = place));

describe('for the editor', () => {
  test('preview shows a value of a run, errors as text, and names', async () => {
    const { create, preview } = operationsOn(store);
    await create({ name: 'one', source: `inputs: { n: { type: integer } }\n${valid()}` });
    const shown = preview({
      text: 'n is ${{ inputs.n + 1 }}',
      run: 'run_1',
      workflow: 'one',
      step: 'a',
    });
    expect(shown.value).toBe('n is 5');
    expect(shown.names).toContainEqual(expect.objectContaining({ label: 'inputs.n', value: 4 }));
    expect(preview({ text: '${{ secrets.TOKEN }}', run: 'run_1' }).value).toBe('***');
    expect(preview({ text: '${{ inputs.x }}', run: 'run_1' }).error).toContain('No such key');
    expect(preview({ text: '${{ inputs.x }}', workflow: 'one' }).error).toContain('no run');
  });

  test('validate, kinds and schema answer with the contract’s shapes', async () => {
    const { validate, kinds, schema } = operationsOn(store);
    expect(validate({ source: valid() })).toMatchObject({ valid: true, problems: [] });
    expect(validate({ source: broken, file: 'x.yaml' }).problems[0]).toMatchObject({
      file: 'x.yaml',
      line: 3,
    });
    expect(kinds().map((k) => k.kind)).toEqual(['shell', 'transform']);
    expect(schema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['steps'],
    });
  });
});

describe('operations on a file that is not valid', () => {
  test('run, save and rename say so, and what was there stays', async () => {
    const act = operationsOn(store);
    const made = await act.create({
      name: 'one',
      source: 'steps: [{ id: a, uses: nonsense }, 7]\n',
    });
    expect(made).toMatchObject({ valid: false });
    const error = await act.compiled('one').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'workflow.invalid', details: { problems: [{}, {}] } });
    expect((error as NexusError).message).toContain('line 1');
    await act.rename('one', 'two');
    expect(await readFile(join(dir, 'two.yaml'), 'utf8')).toBe(
      'steps: [{ id: a, uses: nonsense }, 7]\n',
    );
    expect(await codeOf(act.compiled('none'))).toBe('workflow.not_found');
    expect(await codeOf(act.compiled('../two', valid()))).toBe('workflow.name');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { builtinKinds } from '../kinds/index.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import { kindInfo } from './kind-info.ts';
import { parseWorkflow } from './parse.ts';
import { namesAt, previewExpression } from './preview.ts';
import { scopeOf } from './testing/scope.ts';

const FOLDER = 'resources/templates';
const kinds = createKindRegistry(builtinKinds);
const templates = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, source: readFileSync(join(FOLDER, name), 'utf8') }));

/** Every step of a document, with the list it stands in. */
function stepsOf(source: string): { list: string; at: number; id: string }[] {
  const data = parseDocument(source).toJS() as Record<string, { id: string }[] | undefined>;
  return ['steps', 'on_failure'].flatMap((list) =>
    (data[list] ?? []).map(({ id }, at) => ({ list, at, id })),
  );
}

/** The problems that a text makes as a variable of a step. */
function problemsWith(source: string, list: string, at: number, text: string): string[] {
  const document = parseDocument(source);
  document.setIn([list, at, 'env', 'PROBE'], text);
  return parseWorkflow(document.toString(), { kinds }).problems.map(
    (one) => `${one.code} ${one.message}`,
  );
}

describe('what the editor offers', () => {
  test.each(templates)('in $name is what the validator takes, in every step', ({ source }) => {
    // Bug caught: a suggestion that is red as soon as it is chosen.
    const data = parseDocument(source).toJS() as unknown;
    for (const { list, at, id } of stepsOf(source)) {
      const names = namesAt(data, id, { kinds, secrets: ['TOKEN'] }).filter(
        (one) => one.type !== 'function',
      );
      const text = names.map(({ label }) => `\${{ ${label} }}`).join(' ');
      expect(problemsWith(source, list, at, text), id).toEqual([]);
      expect(new Set(names.map((one) => one.label)).size, id).toBe(names.length);
    }
  });

  test.each(templates)(
    'in $name is all that the validator takes of steps, inputs and env',
    ({ source }) => {
      const data = parseDocument(source).toJS() as { inputs?: object; env?: object };
      const steps = stepsOf(source);
      for (const { list, at, id } of steps) {
        const offered = new Set(namesAt(data, id, { kinds }).map((one) => one.label));
        for (const other of steps) {
          const label = `steps.${other.id}.outputs`;
          const taken = problemsWith(source, list, at, `\${{ ${label} }}`).length === 0;
          expect({ id, label, offered: offered.has(label) }).toEqual({ id, label, offered: taken });
        }
        for (const input of Object.keys(data.inputs ?? {}))
          expect(offered.has(`inputs.${input}`)).toBe(true);
        for (const name of Object.keys(data.env ?? {}))
          expect(offered.has(`env.${name}`)).toBe(true);
      }
    },
  );

  test('of a kind’s outputs is what the kind declares', () => {
    for (const kind of builtinKinds) {
      const declared = Object.keys(
        ((kindInfo(kind).outputs as { properties?: object }).properties ?? {}) as object,
      );
      const data = {
        steps: [
          { id: 'a', uses: kind.kind },
          { id: 'b', uses: 'transform' },
        ],
      };
      const offered = namesAt(data, 'b', { kinds })
        .map((one) => one.label)
        .filter((label) => label.startsWith('steps.a.outputs.'));
      expect(offered.toSorted(), kind.kind).toEqual(
        declared.map((name) => `steps.a.outputs.${name}`).toSorted(),
      );
    }
  });

  test('of the last run’s outputs can be evaluated on that run, whatever the keys are called', () => {
    const outputs = fc.dictionary(
      fc
        .oneof(
          fc.constantFrom('a', 'a-b', 'x y', '"q"', "it's", '\\', 'in', 'true', '1'),
          fc.string(),
        )
        .filter((key) => key !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(outputs, (given) => {
        const value = JSON.parse(JSON.stringify(given)) as Record<string, Json>;
        const scope = scopeOf({
          steps: { a: { status: 'succeeded', outputs: value, error: null } },
        });
        const data = {
          steps: [
            { id: 'a', uses: 'transform' },
            { id: 'b', uses: 'transform' },
          ],
        };
        for (const { label, value: shown } of namesAt(data, 'b', { kinds, scope })) {
          if (!/^steps\.a\.outputs[.[]/.test(label) || shown === undefined) continue;
          expect(previewExpression(`\${{ ${label} }}`, scope), label).toEqual({ value: shown });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of steps, inputs and variables that are called like words of the language is taken too', () => {
    for (const word of [
      'true',
      'null',
      'in',
      'if',
      'for',
      'package',
      'a-b',
      'size',
      'string',
      'map',
    ]) {
      const input = word.replace('-', '_');
      const source = `name: x\ninputs: { ${JSON.stringify(input)}: { default: a } }\nenv: { ${JSON.stringify(input)}: b }\nsteps:\n  - { id: ${JSON.stringify(word)}, uses: transform, with: { set: { v: 1 } } }\n  - { id: last, uses: transform, with: { set: { v: 1 } } }\n`;
      const names = namesAt(parseDocument(source).toJS(), 'last', { kinds }).filter(
        (one) => one.type !== 'function',
      );
      const text = names.map(({ label }) => `\${{ ${label} }}`).join(' ');
      expect(problemsWith(source, 'steps', 1, text), word).toEqual([]);
    }
  });

  test('of a file that is half written never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.option(fc.string(), { nil: undefined }), (data, step) => {
        expect(namesAt(data, step, { kinds }).length).toBeGreaterThan(10);
      }),
    );
  });
});

describe('a preview', () => {
  const scope = scopeOf({ inputs: { n: 4, list: [1, 2], text: 'x' } });

  test.each([
    ['${{ inputs.n + 1 }}', { value: 5 }],
    ['n is ${{ inputs.n }}', { value: 'n is 4' }],
    ['${{ inputs.list.map(x, x * 2) }}', { value: [2, 4] }],
    ['${{ secrets.TOKEN }}', { value: '***' }],
    ['${{ secrets.NO_SUCH }}', { value: '***' }],
    ['no expression', { value: 'no expression' }],
    ['$${{ inputs.n }}', { value: '${{ inputs.n }}' }],
  ])('of %s is %j', (text, shown) => {
    expect(previewExpression(text, scope)).toEqual(shown);
  });

  test.each([
    '${{ inputs.',
    '${{ inputs.n',
    '${{ 1 / 0 }}',
    '${{ inputs.none.deep }}',
    '${{ [][0] }}',
    '${{ int("x") }}',
  ])('of %s is an error in words, and no exception', (text) => {
    const { error, value } = previewExpression(text, scope);
    expect(error).toMatch(/\w/);
    expect(value).toBeUndefined();
  });

  test('never shows a secret, however the text asks for it', () => {
    const piece = fc.constantFrom(
      'secrets',
      '.TOKEN',
      '["TOKEN"]',
      'base64Encode(',
      ')',
      ' + ',
      '"a"',
      'sha256(',
      '[',
      ']',
      '.reverse()',
      '.map(x, x)',
      'toJson(',
      '${{ ',
      ' }}',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const shown = JSON.stringify(previewExpression(`\${{ ${pieces.join('')} }}`, scope));
        expect(shown).not.toContain('s3cret');
        expect(shown).not.toContain(Buffer.from('s3cret-value').toString('base64'));
      }),
      { numRuns: 1000 },
    );
  });
});

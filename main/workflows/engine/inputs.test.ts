import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import type { NexusError } from '#main/base/errors.ts';
import { coerce, resolveInputs } from './inputs.ts';

const definition = (one: Partial<InputDefinition> & Pick<InputDefinition, 'type'>) =>
  one as InputDefinition;

function problems(
  definitions: Record<string, InputDefinition>,
  given: Record<string, Json>,
): string[] {
  try {
    resolveInputs(definitions, given);
  } catch (error) {
    const { code, details } = error as NexusError;
    if (code !== 'run.input_invalid') throw error;
    return (details!['problems'] as { input: string }[]).map((one) => one.input);
  }
  return [];
}

test('defaults fill in, null asks for the default, and what is optional is null', () => {
  const definitions = {
    a: definition({ type: 'string', default: 'x' }),
    b: definition({ type: 'number', default: 3 }),
    c: definition({ type: 'object', required: false }),
  };
  expect(resolveInputs(definitions, { a: null })).toEqual({ a: 'x', b: 3, c: null });
});

test('every problem is told at once: missing, unknown, of another type, not among the choices', () => {
  const definitions = {
    missing: definition({ type: 'string' }),
    count: definition({ type: 'integer' }),
    color: definition({ type: 'string', enum: ['red', 'blue'] }),
  };
  const found = problems(definitions, { count: 1.5, color: 'green', other: 1 });
  expect(found.toSorted()).toEqual(['color', 'count', 'missing', 'other']);
});

test('a choice among lists and maps is compared by value', () => {
  const definitions = { size: definition({ type: 'array', enum: [[1, 2], [3]] }) };
  expect(resolveInputs(definitions, { size: '[1, 2]' })).toEqual({ size: [1, 2] });
  expect(problems(definitions, { size: [2, 1] })).toEqual(['size']);
});

test.each<[InputDefinition['type'], Json, Json | undefined]>([
  ['string', 5, '5'],
  ['string', true, 'true'],
  ['string', {}, undefined],
  ['string', null, undefined],
  ['number', '1e3', 1000],
  ['number', '', undefined],
  ['number', '  ', undefined],
  ['number', 'Infinity', undefined],
  ['number', 'NaN', undefined],
  ['number', true, undefined],
  ['number', [], undefined],
  ['integer', '12', 12],
  ['integer', 1.5, undefined],
  ['integer', 2 ** 53, undefined],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['boolean', 'yes', undefined],
  ['boolean', 1, undefined],
  ['object', '{"a":1}', { a: 1 }],
  ['object', '[1]', undefined],
  ['object', 'null', undefined],
  ['array', '[1]', [1]],
  ['array', '{', undefined],
  ['array', { length: 0 }, undefined],
])('as %s, %j is %j', (type, value, read) => {
  expect(coerce(type, value)).toEqual(read);
});

const typeOf = (value: Json): InputDefinition['type'] =>
  Array.isArray(value) ? 'array' : (typeof value as 'string' | 'number' | 'boolean' | 'object');

test('a value that has its type already is taken as it is, whatever it holds', () => {
  const values = fc.jsonValue().filter((value) => value !== null);
  fc.assert(
    fc.property(values, (value) => {
      expect(coerce(typeOf(value as Json), value as Json)).toBe(value);
    }),
  );
});

test('names that every object has are not inputs unless they are declared', () => {
  expect(problems({}, JSON.parse('{"constructor": 1}') as Record<string, Json>)).toEqual([
    'constructor',
  ]);
  expect(problems({ toString: definition({ type: 'string' }) }, {})).toEqual(['toString']);
});

test('each problem has a code of its own, so that a form can mark the field and a script can branch', () => {
  const definitions = {
    missing: definition({ type: 'string' }),
    count: definition({ type: 'integer' }),
    color: definition({ type: 'string', enum: ['red', 'blue'] }),
  };
  const given = { count: 1.5, color: 'green', other: 1 };
  expect(() => resolveInputs(definitions, given)).toThrow(
    expect.objectContaining({
      code: 'run.input_invalid',
      details: {
        problems: [
          { input: 'other', code: 'input.unknown', message: 'There is no input “other”.' },
          { input: 'missing', code: 'input.missing', message: '“missing” is missing.' },
          { input: 'count', code: 'input.type', message: '“count” must be a whole number.' },
          {
            input: 'color',
            code: 'input.not_allowed',
            message: '“color” must be one of "red", "blue".',
          },
        ],
      },
    }),
  );
});

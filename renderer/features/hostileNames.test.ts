import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import { initialField, readFields } from './approvals/approvalFields.ts';
import { initialValue, optionText, parseInputs } from './workflows/inputValues.ts';

// Forms are made from names that people choose; some of them every object has by itself.
const name = fc.oneof(
  fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'),
  fc.stringMatching(/^[a-z][a-z_]{0,6}$/),
);
const json = fc.jsonValue({ maxDepth: 2 }).map((one) => JSON.parse(JSON.stringify(one)) as Json);

describe('a form of inputs', () => {
  const definition: fc.Arbitrary<InputDefinition> = fc.oneof(
    fc.record({ type: fc.constant('string' as const), default: fc.string({ minLength: 1 }) }),
    fc.record({ type: fc.constant('integer' as const), default: fc.integer() }),
    fc.record({ type: fc.constant('boolean' as const), default: fc.boolean() }),
    fc.record({ type: fc.constant('array' as const), default: fc.array(json, { maxLength: 3 }) }),
    fc.record({ type: fc.constant('object' as const), default: fc.dictionary(name, json) }),
  ) as fc.Arbitrary<InputDefinition>;

  it('that nobody touched sends every default as it is, whatever the inputs are called', () => {
    // Bug caught: an input called constructor holds a function before anything is typed, and the
    // whole form breaks.
    fc.assert(
      fc.property(fc.dictionary(name, definition, { noNullPrototype: true }), (definitions) => {
        const { inputs, problems } = parseInputs(definitions, {});
        expect(problems).toEqual({});
        const defaults = Object.entries(definitions).map(([key, one]) => [key, one.default]);
        expect(inputs).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(defaults))));
      }),
      { numRuns: 300 },
    );
  });

  it('holds back what is missing under any name, and nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
        const definitions = Object.fromEntries(
          names.map((each) => [each, { type: 'string' } as InputDefinition]),
        );
        const { inputs, problems } = parseInputs(definitions, {});
        expect(inputs).toEqual({});
        expect(Object.keys(problems).sort()).toEqual([...names].sort());
      }),
    );
  });

  it('whatever is typed is either a value of the type or a problem, and never both', () => {
    const types = fc.constantFrom('string', 'number', 'integer', 'object', 'array');
    fc.assert(
      fc.property(
        types,
        fc.oneof(fc.string(), fc.json(), fc.double().map(String)),
        (type, typed) => {
          const { inputs, problems } = parseInputs(
            { x: { type } as InputDefinition },
            { x: typed },
          );
          expect(Object.hasOwn(inputs, 'x') !== Object.hasOwn(problems, 'x')).toBe(true);
          const value = inputs['x'];
          if (value === undefined) return;
          if (type === 'string') expect(value).toBe(typed);
          if (type === 'number' || type === 'integer') expect(Number.isFinite(value)).toBe(true);
          if (type === 'integer') expect(Number.isInteger(value)).toBe(true);
          if (type === 'array') expect(Array.isArray(value)).toBe(true);
          if (type === 'object') expect(Array.isArray(value)).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('every choice of a list comes back in its own type', () => {
    const options = fc.uniqueArray(fc.oneof(fc.integer(), fc.string(), fc.boolean()), {
      minLength: 1,
      selector: optionText,
    });
    fc.assert(
      fc.property(options, fc.nat(), (all, pick) => {
        const chosen = all[pick % all.length] as Json;
        fc.pre(chosen !== '');
        const one = { type: 'string', enum: all } as InputDefinition;
        expect(parseInputs({ x: one }, { x: optionText(chosen) }).inputs).toEqual({ x: chosen });
      }),
    );
  });

  it('shows a default as it can be typed again', () => {
    expect(initialValue({ type: 'object', default: { a: [1] } } as InputDefinition)).toBe(
      '{\n  "a": [\n    1\n  ]\n}',
    );
    expect(initialValue({ type: 'string', default: 'plain' } as InputDefinition)).toBe('plain');
    expect(initialValue({ type: 'boolean' } as InputDefinition)).toBe(false);
    expect(initialValue({ type: 'number' } as InputDefinition)).toBe('');
  });
});

describe('the form of an approval', () => {
  it('reads every field under its own name, and takes nothing from what objects have', () => {
    const field = fc.record({
      name,
      type: fc.constantFrom('string' as const, 'text' as const, 'boolean' as const),
      required: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(field, { selector: (one) => one.name }), (fields) => {
        const { fields: read, problems } = readFields(fields, {});
        for (const one of fields) {
          if (one.type === 'boolean') expect(read[one.name]).toBe(false);
          else {
            expect(Object.hasOwn(read, one.name)).toBe(false);
            expect(Object.hasOwn(problems, one.name)).toBe(one.required);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a number is read as one, zero too, and what is none is told', () => {
    const number = { name: 'n', type: 'number' as const };
    expect(readFields([number], { n: '0' })).toEqual({ fields: { n: 0 }, problems: {} });
    expect(readFields([number], { n: ' -1.5 ' }).fields).toEqual({ n: -1.5 });
    expect(readFields([number], { n: 'Infinity' }).problems).toEqual({ n: 'number' });
    expect(initialField({ ...number, default: 0 })).toBe('0');
    expect(initialField({ ...number, default: null })).toBe('');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputDefinition } from '#contract/workflow.ts';
import { initialValue, parseInputs, type RawInput } from './inputValues.ts';

const one = (definition: InputDefinition, value: RawInput) => {
  const { inputs, problems } = parseInputs({ x: definition }, { x: value });
  return problems.x ?? inputs.x;
};

describe('parseInputs', () => {
  it('keeps text as text, so that "007" does not become 7', () => {
    expect(one({ type: 'string' }, '007')).toBe('007');
    expect(one({ type: 'number' }, '007')).toBe(7);
  });

  it('says what is wrong instead of sending it', () => {
    expect(one({ type: 'integer' }, '1.5')).toBe('integer');
    expect(one({ type: 'number' }, 'ten')).toBe('number');
    expect(one({ type: 'object' }, '[1]')).toBe('object');
    expect(one({ type: 'array' }, '{}')).toBe('array');
    expect(one({ type: 'array' }, '[1')).toBe('json');
  });

  it('asks for what has no default, unless it is optional', () => {
    expect(one({ type: 'string' }, '')).toBe('required');
    expect(one({ type: 'string', required: false }, '')).toBeUndefined();
    expect(one({ type: 'string', default: 'a' }, '')).toBeUndefined();
  });

  it('gives enumerated values back in their own type', () => {
    expect(one({ type: 'integer', enum: [1, 2] }, '2')).toBe(2);
  });

  it('sends the default unchanged when the form is not touched', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const definition: InputDefinition = { type: 'array', default: list as never };
        const { inputs } = parseInputs({ x: definition }, { x: initialValue(definition) });
        // JSON has no -0.
        expect(inputs.x).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });
});

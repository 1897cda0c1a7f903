import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { contract } from './index.ts';
import { type JsonSchema, published, valuesOf } from './published.testing.ts';
import { operationMeta, walkContract } from './walk.ts';

const all = walkContract(contract).map(({ name, operation }) => ({
  name,
  ...operationMeta(operation),
  input: operation['~orpc'].inputSchema as z.ZodType,
}));

/** Values just beyond what a field publishes of itself. */
function beyond(schema: JsonSchema): unknown[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const [item] = schema.items ? fc.sample(valuesOf(schema.items), 1) : [];
  return [
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? [] : [minimum - 1]),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [maximum + 1]),
    ...(minLength ? ['x'.repeat(minLength - 1)] : []),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(minItems ? [Array(minItems - 1).fill(item)] : []),
    ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill(item)]),
    ...(schema.enum ? ['none of these', null] : []),
    ...(schema.type === 'integer' ? [1.5] : []),
    ...(schema.type === 'boolean' ? ['yes', 2] : []),
    ...(schema.format === 'date-time' ? ['2026-11-21', 'yesterday'] : []),
  ];
}

const bounded = all.flatMap(({ name, input }) => {
  const whole = published(input, 'input');
  return Object.entries(whole.properties ?? {}).flatMap(([field, schema]) =>
    beyond(schema).map((value) => ({ name, field, value, input, whole })),
  );
});

describe('a bound that an operation publishes', () => {
  it('is there for most of them', () => {
    expect(bounded.length).toBeGreaterThan(150);
  });

  it('is kept, and the refusal names the field', () => {
    // Bug caught: a transform or a coercion in front of the bound, so that it is only written down.
    for (const { name, field, value, input, whole } of bounded) {
      const valid = fc.sample(valuesOf(whole), { numRuns: 1, seed: 1 })[0] as object;
      const result = input.safeParse({ ...valid, [field]: value });
      const said = JSON.stringify(value).slice(0, 60);
      expect(result.success, `${name}: ${field} = ${said}`).toBe(false);
      const paths = result.error!.issues.map(({ path }) => path[0]);
      expect(paths, `${name}: ${field} = ${said}`).toContain(field);
    }
  });
});

describe('a field that has to be there', () => {
  const needed = all.flatMap(({ name, input }) =>
    (published(input, 'input').required ?? []).map((field) => ({ name, field, input })),
  );

  it.each(needed)('$name: $field', ({ input, field }) => {
    const valid = fc.sample(valuesOf(published(input, 'input')), 1)[0] as object;
    for (const value of [undefined, null]) {
      const result = input.safeParse({ ...valid, [field]: value });
      // What may be any JSON may be null; nothing may be missing.
      if (value === null && result.success) continue;
      expect(result.error?.issues.map(({ path }) => path[0])).toContain(field);
    }
  });
});

describe('what changes something', () => {
  it('is never a GET, and what is deleted is named in the address', () => {
    // Bug caught: a link that a page or a preview follows, and that starts or deletes something.
    const changing = all.filter(({ audit }) => audit !== 'none');
    expect(changing.filter(({ method }) => method === 'GET').map(({ name }) => name)).toEqual([
      'audit.export',
    ]);
    const unnamed = all.filter(({ method, path }) => method === 'DELETE' && !path.includes('{'));
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { contract } from './index.ts';
import { published, valuesOf } from './published.testing.ts';
import { operationMeta, walkContract } from './walk.ts';

const all = walkContract(contract).map(({ name, operation }) => ({
  name,
  ...operationMeta(operation),
  input: operation['~orpc'].inputSchema as z.ZodType | undefined,
  output: operation['~orpc'].outputSchema as z.ZodType | undefined,
}));
const answering = all.filter(({ stream }) => !stream);
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Refusals for a reason that JSON Schema cannot say: “either this or that”, a pattern of another file. */
const beyondJsonSchema = (result: z.ZodSafeParseResult<unknown>) =>
  result.success || result.error.issues.every(deeply);
function deeply(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union')
    return issue.errors.some((one) => one.length > 0 && one.every(deeply));
  return issue.code === 'custom';
}

describe('what an operation publishes of itself', () => {
  it('is there for every operation: an input, and an output or a stream', () => {
    for (const { name, input, output } of all) {
      expect(input, `${name}: input`).toBeDefined();
      expect(output, `${name}: output`).toBeDefined();
    }
  });

  it.each(all)('$name takes every input that its schema allows', ({ input }) => {
    // Bug caught: a program follows the document to the letter and is refused.
    fc.assert(
      fc.property(valuesOf(published(input!, 'input')), (value) => {
        expect(beyondJsonSchema(input!.safeParse(value)), JSON.stringify(value)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.each(all)('$name reads its input in the same way a second time', ({ input }) => {
    // Bug caught: a default or a coercion that another face, which has parsed already, undoes.
    fc.assert(
      fc.property(valuesOf(published(input!, 'input')), (value) => {
        const once = input!.safeParse(value);
        fc.pre(once.success);
        // As JSON: it has no -0.
        expect(plain(input!.parse(plain(once.data)))).toEqual(plain(once.data));
      }),
      { numRuns: 30 },
    );
  });

  it.each(all)('$name refuses rubbish with an answer, and never by throwing', ({ input }) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = input!.safeParse(value);
        if (!result.success) expect(result.error.issues.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  it.each(answering)('$name answers with what comes through JSON unharmed', ({ output }) => {
    // Bug caught: a Date, a Map, an undefined in a list: whole in the window, lost over REST.
    fc.assert(
      fc.property(valuesOf(published(output!, 'output')), (value) => {
        const once = output!.safeParse(value);
        fc.pre(once.success);
        expect(plain(output!.parse(plain(once.data)))).toEqual(plain(once.data));
      }),
      { numRuns: 30 },
    );
  });
});

describe('what an operation says of itself', () => {
  it.each(all)('$name: secret fields are fields, and stay out of the audit log', (operation) => {
    // Bug caught: a field was renamed, and its name in `secrets` guards nothing any more.
    const fields = Object.keys(published(operation.input!, 'input').properties ?? {});
    for (const secret of operation.secrets ?? []) expect(fields).toContain(secret);
    const risky = fields.filter((field) => /pass(phrase|word)|^identity$|^secret/.test(field));
    if (operation.audit === 'input' && !operation.name.startsWith('hosts.'))
      expect(operation.secrets ?? [], operation.name).toEqual(expect.arrayContaining(risky));
  });

  it('has a title for people: a verb in sentence case, without a full stop, and no two alike', () => {
    const titles = all.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[A-Z].*[^.!?]$/);
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });

  it('names every parameter of its path in its input', () => {
    // Bug caught: `/hosts/{id}` with an input that says `name`: the address’s part is dropped.
    for (const { name, path, input } of all) {
      const { properties = {}, required = [] } = published(input!, 'input');
      for (const [, part] of path.matchAll(/\{\+?([^}]+)\}/g)) {
        expect(Object.keys(properties), name).toContain(part);
        expect(required, name).toContain(part);
      }
    }
  });

  it('never puts a secret into an address', () => {
    const found = all.filter(({ method, secrets = [] }) => method === 'GET' && secrets.length > 0);
    expect(found.map(({ name }) => name)).toEqual([]);
  });
});

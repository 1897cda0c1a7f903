import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { step } from '#contract/workflow.ts';
import { builtinKinds } from './index.ts';

describe('every built-in kind', () => {
  it.each(builtinKinds.map((k) => [k.kind, k] as const))(
    '%s: its example is a valid step, or the palette would insert a broken one',
    (name, kind) => {
      const example = step.parse(parse(kind.example));
      expect(example.uses).toBe(name);
      const authored = example.with ?? {};
      expect(kind.check?.(authored) ?? []).toEqual([]);
      // Keys must be known; values with expressions are only typed once resolved.
      const known = Object.keys(
        (z.toJSONSchema(kind.with, { io: 'input' }) as { properties: object }).properties,
      );
      expect(known).toEqual(expect.arrayContaining(Object.keys(authored)));
    },
  );

  it.each(builtinKinds.map((k) => [k.kind, k] as const))(
    '%s: `with` and outputs have a JSON Schema, or the form and the reference page would be empty',
    (_name, kind) => {
      const schema = z.toJSONSchema(kind.with, { io: 'input' }) as {
        properties: Record<string, { title?: string; description?: string }>;
        additionalProperties?: unknown;
      };
      expect(schema.additionalProperties).toBe(false);
      const bare = Object.keys(schema.properties).filter(
        (key) => !schema.properties[key]!.title && !schema.properties[key]!.description,
      );
      expect(bare).toEqual([]);
      expect(() => z.toJSONSchema(kind.outputs)).not.toThrow();
    },
  );

  it('has a name of its own, or one would shadow the other', () => {
    expect(new Set(builtinKinds.map((k) => k.kind)).size).toBe(builtinKinds.length);
  });

  it('is synchronous where it says pure, or the engine could not journal it with its neighbours', () => {
    const pure = builtinKinds.filter((kind) => kind.effects === 'pure');
    expect(pure.map((kind) => kind.execute.constructor.name)).toEqual(pure.map(() => 'Function'));
  });
});

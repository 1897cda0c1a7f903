import fc from 'fast-check';
import { z } from 'zod';

/** JSON Schema as far as the contract’s schemas come to it. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** What a schema publishes of itself. */
export const published = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, { io }) as JsonSchema;

/** Deeper than this only what has to be there is made. */
const DEEPEST = 5;

/** For tests: values that a published schema allows, as somebody makes them who has read only that. */
export function valuesOf(root: JsonSchema): fc.Arbitrary<unknown> {
  const make = (schema: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) return make(resolved(root, schema.$ref), depth + 1);
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return fc.oneof(...shallow(options, depth).map((one) => make(one, depth + 1)));
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type) => make({ ...schema, type }, depth)));
    switch (schema.type) {
      case 'object':
        return objects(schema, depth);
      case 'array':
        return arrays(schema, depth);
      case 'string':
        return strings(schema);
      case 'integer':
        return fc.integer({ min: least(schema), max: schema.maximum ?? 1e9 });
      case 'number':
        return fc.double({
          min: least(schema),
          max: schema.maximum ?? 1e9,
          minExcluded: schema.exclusiveMinimum !== undefined,
          noNaN: true,
        });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return fc.constantFrom<unknown>('text', 1, true, null, [1], { a: 'b' });
    }
  };
  const objects = (schema: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    const required = schema.required ?? [];
    const own = Object.entries(schema.properties ?? {}).filter(
      ([key]) => depth < DEEPEST || required.includes(key),
    );
    const record = fc.record(
      Object.fromEntries(own.map(([key, value]) => [key, make(value, depth + 1)])),
      { requiredKeys: required.filter((key) => own.some(([name]) => name === key)) },
    );
    const more = schema.additionalProperties;
    if (typeof more !== 'object' || Object.keys(more).length === 0 || depth >= DEEPEST)
      return record;
    const names = schema.propertyNames ? make(schema.propertyNames, depth + 1) : fc.string();
    return fc
      .tuple(record, fc.array(fc.tuple(names, make(more, depth + 1)), { maxLength: 2 }))
      .map(([one, extra]) => ({ ...Object.fromEntries(extra as [string, unknown][]), ...one }));
  };
  const arrays = (schema: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    if (schema.prefixItems)
      return fc.tuple(...schema.prefixItems.map((one) => make(one, depth + 1)));
    const minLength = schema.minItems ?? 0;
    const most = depth < DEEPEST ? minLength + 2 : minLength;
    return fc.array(make(schema.items ?? {}, depth + 1), {
      minLength,
      maxLength: Math.min(schema.maxItems ?? most, most),
    });
  };
  return make(root, 0);
}

const least = ({ minimum, exclusiveMinimum }: JsonSchema): number =>
  minimum ?? exclusiveMinimum ?? -1e9;

function resolved(root: JsonSchema, ref: string): JsonSchema {
  if (ref === '#') return root;
  const found = root.$defs?.[ref.replace('#/$defs/', '')];
  if (!found) throw new Error(`${ref} leads nowhere`);
  return found;
}

// A value that may hold itself has to end somewhere.
function shallow(options: JsonSchema[], depth: number): JsonSchema[] {
  if (depth < DEEPEST) return options;
  const flat = options.filter(
    (one) => one.$ref === undefined && !['object', 'array'].includes(String(one.type)),
  );
  return flat.length > 0 ? flat : options;
}

function strings(schema: JsonSchema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = minLength + 12 } = schema;
  if (schema.format === 'date-time')
    return fc
      .date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (schema.pattern !== undefined) {
    const pattern = new RegExp(schema.pattern, 'u');
    return fc.stringMatching(pattern, { size: 'small' }).filter(fits);
  }
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 12) });
}

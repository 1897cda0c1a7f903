import { describe, expect, it } from 'vitest';
import { chosen, controlOf, labelOf, readScalar, type Schema } from './schema.ts';
import {
  concurrencySchema,
  durationSchema,
  inputSchema,
  retrySchema,
  triggersSchema,
} from './stepSchemas.ts';

const any: Schema = {
  anyOf: [{ type: 'string' }, { type: 'null' }, { type: 'array' }, { type: 'object' }],
};
const root: Schema = { $defs: { __schema0: any, text: { type: 'string', title: 'Text' } } };

describe('the control for a schema', () => {
  it.each<[string, Schema, string]>([
    ['a script is edited on one line', { type: 'string', 'x-nexus-editor': 'shell' }, 'text'],
    ['a duration (text or number) becomes a choice', durationSchema, 'text'],
    ['any JSON becomes a choice of six', { $ref: '#/$defs/__schema0' }, 'any'],
    ['a reference is not followed', { $ref: '#/$defs/text' }, 'text'],
    [
      'one or several becomes a choice',
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      'list',
    ],
    ['several types become nothing', { type: ['string', 'number'] }, 'text'],
    [
      'a map is taken for an object',
      { type: 'object', additionalProperties: { type: 'string' } },
      'map',
    ],
    [
      'alternatives of objects are flattened',
      { anyOf: [{ type: 'object', properties: { a: {} } }, { const: 'none' }] },
      'choice',
    ],
    ['constants of a union are lost', { anyOf: [{ const: 'a' }, { enum: ['b', 'c'] }] }, 'enum'],
    ['an unknown schema has no control', {}, 'any'],
  ])('%s', (_bug, schema, kind) => {
    expect(controlOf(schema, root).kind).toBe(kind);
  });

  it('every part of the contract has a control of its own, not just text for JSON', () => {
    for (const schema of [retrySchema, inputSchema, concurrencySchema]) {
      expect(controlOf(schema, schema).kind).toBe('object');
    }
    const webhook = triggersSchema.properties?.webhook?.anyOf?.[0]?.properties?.auth ?? {};
    expect(controlOf(webhook, triggersSchema).kind).toBe('choice');
  });

  it('typed text gets the type that the schema allows: a number in a text field stays text', () => {
    expect(readScalar('5', { type: 'integer' }, root)).toBe(5);
    expect(readScalar('5', { type: 'string' }, root)).toBe('5');
    expect(readScalar('5m', durationSchema, durationSchema)).toBe('5m');
    expect(readScalar('true', { type: ['string', 'boolean'] }, root)).toBe(true);
    expect(readScalar('${{ inputs.n }}', { type: 'number' }, root)).toBe('${{ inputs.n }}');
  });

  it('knows which alternative a value is of', () => {
    const options: Schema[] = [
      { const: 'none' },
      { type: 'object', required: ['bearer'] },
      { type: 'array' },
    ];
    expect(chosen(options, 'none')).toBe(0);
    expect(chosen(options, { bearer: 1 })).toBe(1);
    expect(chosen(options, { basic: 1 })).toBe(-1);
    expect(chosen(options, undefined)).toBe(-1);
  });

  it('a key becomes words where the schema has no title', () => {
    expect(labelOf('success_codes', {})).toBe('Success codes');
    expect(labelOf('every', durationSchema)).toBe('Every');
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, listOperations } from './operations.ts';

describe('listOperations', () => {
  it('finds every operation of the contract, each with a title and a role', () => {
    const operations = listOperations();
    expect(operations.length).toBeGreaterThan(40);
    for (const one of operations) {
      expect(one.title, one.name).not.toBe('');
      expect(one.role, one.name).toBeDefined();
    }
  });

  it('asks for what an operation cannot do without, first', () => {
    const start = listOperations().find((one) => one.name === 'runs.start');
    expect(start?.fields[0]).toMatchObject({ name: 'name', type: 'string', required: true });
    expect(start?.fields.filter((field) => field.required)).toHaveLength(1);
  });

  it('can ask for every argument that a palette operation requires', () => {
    for (const one of listOperations().filter((operation) => operation.palette)) {
      for (const field of one.fields.filter((candidate) => candidate.required)) {
        expect(['string', 'number', 'boolean'], `${one.name}.${field.name}`).toContain(field.type);
      }
    }
  });
});

describe('fieldsOf', () => {
  it('reads choices, whole numbers and unions', () => {
    const fields = fieldsOf(
      z.object({
        a: z.enum(['x', 'y']),
        b: z.number().int(),
        c: z.union([z.string(), z.number()]),
      }),
    );
    expect(fields.map((field) => [field.name, field.type, field.options])).toEqual([
      ['a', 'string', ['x', 'y']],
      ['b', 'number', undefined],
      ['c', 'string', undefined],
    ]);
  });
});

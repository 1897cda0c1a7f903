import { isContractProcedure } from '@orpc/contract';
import { z } from 'zod';
import type { OperationMeta } from '#contract/define.ts';
import { contract } from '#contract/index.ts';
import { client } from './api.ts';

/** One value an operation asks for. */
export interface OperationField {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'object' | 'array';
  options?: string[];
  required: boolean;
  description?: string;
}

/** One row of the table of operations, as the palette sees it. */
export interface OperationEntry extends OperationMeta {
  /** `runs.start` */
  name: string;
  fields: OperationField[];
  call: (input: unknown) => Promise<unknown>;
}

interface FieldSchema {
  type?: string;
  enum?: unknown[];
  description?: string;
  anyOf?: FieldSchema[];
}

/** Flat fields of an input schema, in order, required ones first. */
export function fieldsOf(schema: unknown): OperationField[] {
  if (!(schema instanceof z.ZodType)) return [];
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, FieldSchema>;
    required?: string[];
  };
  const fields = Object.entries(json.properties ?? {}).map(([name, property]): OperationField => {
    const plain = property.anyOf?.[0] ?? property;
    const type = plain.type === 'integer' ? 'number' : (plain.type ?? 'string');
    return {
      name,
      type: (['number', 'boolean', 'object', 'array'] as const).find((t) => t === type) ?? 'string',
      ...(plain.enum ? { options: plain.enum.map(String) } : {}),
      ...(property.description ? { description: property.description } : {}),
      required: json.required?.includes(name) ?? false,
    };
  });
  return fields.sort((a, b) => Number(b.required) - Number(a.required));
}

type Callable = (input: unknown) => Promise<unknown>;

/** The whole table of operations, read from the contract itself. */
export function listOperations(): OperationEntry[] {
  const found: OperationEntry[] = [];
  for (const [group, members] of Object.entries(contract)) {
    for (const [member, procedure] of Object.entries(members as Record<string, unknown>)) {
      if (!isContractProcedure(procedure)) continue;
      const definition = procedure['~orpc'];
      const calls = client[group as keyof typeof client] as unknown as Record<string, Callable>;
      found.push({
        ...(definition.meta as OperationMeta),
        name: `${group}.${member}`,
        fields: fieldsOf(definition.inputSchema),
        call: (input) => calls[member]?.(input) ?? Promise.reject(new Error(`no ${member}`)),
      });
    }
  }
  return found;
}

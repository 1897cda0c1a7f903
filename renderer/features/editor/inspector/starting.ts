import type { Json } from '#contract/common.ts';
import { resolve, type Schema } from './schema.ts';

/** What a new item of a list starts with. */
export function emptyItem(schema: Schema): Json {
  if (schema.type === 'object') {
    return Object.fromEntries((schema.required ?? []).map((key) => [key, '']));
  }
  return schema.type === 'integer' || schema.type === 'number' ? (schema.minimum ?? 0) : '';
}

/** The least value of a schema: what it requires, empty. */
export function starting(raw: Schema, root: Schema): Json {
  const schema = resolve(raw, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0] ?? null;
  if (schema.type === 'object') {
    return Object.fromEntries(
      (schema.required ?? []).map((key) => [key, starting(schema.properties?.[key] ?? {}, root)]),
    );
  }
  if (schema.type === 'array') return [];
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 0;
  return schema.type === 'boolean' ? false : '';
}

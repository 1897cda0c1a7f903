import type { Json } from '#contract/common.ts';
import { resolve, type Schema } from './schema.ts';

/** The least value of a schema: what it requires, empty. */
export function starting(raw: Schema, root: Schema): Json {
  const schema = resolve(raw, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0] ?? null;
  if (schema.default !== undefined) return schema.default;
  const [option] = schema.anyOf ?? schema.oneOf ?? [];
  if (option) return starting(option, root);
  if (schema.type === 'null') return null;
  if (schema.type === 'object') {
    return Object.fromEntries(
      (schema.required ?? []).map((key) => [key, starting(schema.properties?.[key] ?? {}, root)]),
    );
  }
  if (schema.type === 'array') return [];
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 0;
  return schema.type === 'boolean' ? false : '';
}

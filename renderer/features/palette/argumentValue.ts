import type { OperationField } from '#renderer/client/operations.ts';

/** Reads what was typed for an argument; undefined when it does not fit. */
export function argumentValue(field: OperationField, text: string): unknown {
  if (field.options) return field.options.includes(text) ? text : undefined;
  if (field.type === 'number') {
    const value = Number(text);
    return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
  }
  if (field.type === 'boolean') {
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }
  if (field.type === 'object' || field.type === 'array') {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  }
  return text === '' ? undefined : text;
}

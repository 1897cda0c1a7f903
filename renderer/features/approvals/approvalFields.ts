import type { Json } from '#contract/common.ts';
import type { Approval } from '#contract/runWaits.ts';

export type FieldValue = string | boolean;
type ApprovalField = Approval['fields'][number];

/** What a field of an approval's form shows first. */
export function initialField(field: ApprovalField): FieldValue {
  if (field.type === 'boolean') return field.default === true;
  if (field.default === undefined || field.default === null) return '';
  return typeof field.default === 'string' ? field.default : JSON.stringify(field.default);
}

/** Reads the filled form of an approval; `problems` names the language key of what is wrong. */
export function readFields(
  fields: readonly ApprovalField[],
  values: Record<string, FieldValue>,
): { fields: Record<string, Json>; problems: Record<string, 'needed' | 'number'> } {
  const read: Record<string, Json> = {};
  const problems: Record<string, 'needed' | 'number'> = {};
  for (const field of fields) {
    const typed = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
    const value = typed ?? initialField(field);
    if (typeof value === 'boolean') read[field.name] = value;
    else if (value.trim() === '') {
      if (field.required) problems[field.name] = 'needed';
    } else if (field.type === 'number') {
      const number = Number(value);
      if (Number.isFinite(number)) read[field.name] = number;
      else problems[field.name] = 'number';
    } else read[field.name] = value;
  }
  return { fields: read, problems };
}

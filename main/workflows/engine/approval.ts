import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import type { ApprovalField } from '../kinds/kind.ts';
import { coerce } from './inputs.ts';
import type { Wait } from './records.ts';

type Asked = Extract<Wait, { type: 'approval' }>;

/**
 * The outputs of an approval step from what a person decided. Without a choice the first one is meant.
 * @throws NexusError `approval.not_yours`, `approval.choice_unknown`, `approval.field_invalid`
 */
export function checkApproval(
  asked: Asked,
  decision: {
    choice?: string;
    fields: Record<string, Json>;
    comment?: string;
    by: string;
    roles: string[];
  },
): Json {
  const allowed =
    asked.who.length === 0 ||
    asked.who.some((who) => who === decision.by || decision.roles.includes(who));
  if (!allowed) {
    throw new NexusError({
      code: 'approval.not_yours',
      message: `“${asked.title}” is for ${asked.who.join(', ')} to decide.`,
      hint: 'Ask one of them.',
    });
  }
  const choice = decision.choice ?? asked.choices[0] ?? 'approve';
  if (asked.choices.length > 0 && !asked.choices.includes(choice)) {
    throw new NexusError({
      code: 'approval.choice_unknown',
      message: `“${choice}” is not one of the choices.`,
      hint: `Choose one of: ${asked.choices.join(', ')}.`,
    });
  }
  return {
    choice,
    fields: readFields(asked.fields, decision.fields),
    by: decision.by,
    comment: decision.comment ?? null,
    timed_out: false,
  };
}

function readFields(fields: ApprovalField[], given: Record<string, Json>): Record<string, Json> {
  const problems: string[] = [];
  const out: Record<string, Json> = {};
  for (const name of Object.keys(given))
    if (!fields.some((field) => field.name === name)) problems.push(`There is no field “${name}”.`);
  for (const field of fields) {
    const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (value === undefined || value === '' || value === null) {
      if (field.default !== undefined) out[field.name] = field.default;
      else if (field.required) problems.push(`“${field.name}” is missing.`);
      else out[field.name] = null;
      continue;
    }
    const read = coerce(field.type === 'text' ? 'string' : field.type, value);
    if (read === undefined) problems.push(`“${field.name}” must be a ${field.type}.`);
    else if (
      field.options &&
      !field.options.includes(typeof read === 'string' ? read : JSON.stringify(read))
    )
      problems.push(`“${field.name}” must be one of ${field.options.join(', ')}.`);
    else out[field.name] = read;
  }
  if (problems.length > 0) {
    throw new NexusError({
      code: 'approval.field_invalid',
      message: problems.join(' '),
      hint: 'Fill in the form again.',
      details: { problems },
    });
  }
  return out;
}

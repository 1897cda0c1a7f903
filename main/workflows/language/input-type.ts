import { isDeepStrictEqual } from 'node:util';

const ARTICLE: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
};

/** Whether a value has the type of an input's definition. */
export function hasInputType(type: string, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

/** Why a value does not fit an input's definition (which may itself be wrong), or undefined. */
export function inputTypeProblem(
  definition: Record<string, unknown>,
  value: unknown,
): { code: string; message: string; hint: string } | undefined {
  const type = typeof definition['type'] === 'string' ? definition['type'] : 'string';
  if (!hasInputType(type, value)) {
    const shown = JSON.stringify(value) ?? 'nothing';
    return {
      code: 'workflow.type',
      message: `The input is ${ARTICLE[type]}, and ${shown.slice(0, 60)} is not.`,
      hint: type === 'string' ? 'Put quotes around it.' : `Write ${ARTICLE[type]}.`,
    };
  }
  const allowed = definition['enum'];
  if (Array.isArray(allowed) && !allowed.some((item) => isDeepStrictEqual(item, value))) {
    return {
      code: 'workflow.value',
      message: `${JSON.stringify(value)} is not one of the values that the input allows.`,
      hint: `Allowed: ${allowed
        .map((item) => JSON.stringify(item))
        .join(', ')
        .slice(0, 300)}.`,
    };
  }
  return undefined;
}

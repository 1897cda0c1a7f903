import { isDeepStrictEqual } from 'node:util';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import { NexusError } from '#main/base/errors.ts';

/** What is wrong with one input; `run.input_invalid` has them in `details.problems`. */
interface InputProblem {
  input: string;
  /** Stable: callers may branch on it. */
  code: 'input.unknown' | 'input.missing' | 'input.type' | 'input.not_allowed';
  message: string;
}

/**
 * The inputs of a run: defaults filled in, texts read as the type that the definition asks for
 * (a command line and a form only have texts), everything checked.
 *
 * @throws NexusError `run.input_invalid`, listing all that is wrong.
 */
export function resolveInputs(
  definitions: Record<string, InputDefinition>,
  given: Record<string, Json>,
): Record<string, Json> {
  const problems: InputProblem[] = [];
  const inputs: Record<string, Json> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(definitions, name))
      problems.push({
        input: name,
        code: 'input.unknown',
        message: `There is no input “${name}”.`,
      });
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || (value === null && definition.default !== undefined)) {
      if (definition.default !== undefined) inputs[name] = definition.default;
      else if (definition.required !== false)
        problems.push({ input: name, code: 'input.missing', message: `“${name}” is missing.` });
      else inputs[name] = null;
      continue;
    }
    const read = coerce(definition.type, value);
    if (read === undefined)
      problems.push({
        input: name,
        code: 'input.type',
        message: `“${name}” must be ${ARTICLE[definition.type]}.`,
      });
    else if (definition.enum && !definition.enum.some((one) => isDeepStrictEqual(one, read)))
      problems.push({
        input: name,
        code: 'input.not_allowed',
        message: `“${name}” must be one of ${definition.enum.map((one) => JSON.stringify(one)).join(', ')}.`,
      });
    else inputs[name] = read;
  }
  if (problems.length > 0) throw invalid(problems, Object.keys(definitions));
  return inputs;
}

const ARTICLE: Record<InputDefinition['type'], string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** `value` as `type`, or undefined where it is not one. */
export function coerce(type: InputDefinition['type'], value: Json): Json | undefined {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
    case 'number':
    case 'integer': {
      const number =
        typeof value === 'string' && value.trim() !== '' ? Number(value) : (value as number);
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
      return type === 'integer' && !Number.isSafeInteger(number) ? undefined : number;
    }
    case 'boolean':
      if (value === 'true' || value === true) return true;
      return value === 'false' || value === false ? false : undefined;
    case 'object':
    case 'array': {
      const read = typeof value === 'string' ? parse(value) : value;
      if (read === null || typeof read !== 'object') return undefined;
      return Array.isArray(read) === (type === 'array') ? read : undefined;
    }
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function invalid(problems: InputProblem[], names: string[]): NexusError {
  return new NexusError({
    code: 'run.input_invalid',
    message: problems.map((problem) => problem.message).join(' '),
    hint:
      names.length === 0
        ? 'This workflow takes no inputs.'
        : `The workflow’s inputs are: ${names.join(', ')}.`,
    details: { problems },
  });
}

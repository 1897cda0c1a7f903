import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';

/** What a form holds of one input: text as typed, or a switch. */
export type RawInput = string | boolean;

/** What is wrong with one input; the words are in the language file. */
export type InputProblem = 'required' | 'number' | 'integer' | 'json' | 'object' | 'array';

type Parsed = { ok: true; value: Json } | { ok: false; problem: InputProblem };

/** How a value that may be chosen is written. */
export function optionText(option: Json): string {
  return typeof option === 'string' ? option : JSON.stringify(option);
}

/** Whether a run needs a value that nobody but the person can give. */
export function isRequired(definition: InputDefinition): boolean {
  return definition.required ?? definition.default === undefined;
}

/** What the form shows first: the default. */
export function initialValue(definition: InputDefinition): RawInput {
  if (definition.type === 'boolean') return definition.default === true;
  if (definition.default === undefined) return '';
  return typeof definition.default === 'string'
    ? definition.default
    : JSON.stringify(definition.default, null, 2);
}

const good = (value: Json): Parsed => ({ ok: true, value });
const bad = (problem: InputProblem): Parsed => ({ ok: false, problem });

function parseJson(type: 'object' | 'array', raw: string): Parsed {
  let value: Json;
  try {
    value = JSON.parse(raw) as Json;
  } catch {
    return bad('json');
  }
  if (Array.isArray(value)) return type === 'array' ? good(value) : bad('object');
  if (type === 'array') return bad('array');
  return value !== null && typeof value === 'object' ? good(value) : bad('object');
}

function parseOne(definition: InputDefinition, raw: string): Parsed {
  if (definition.enum) {
    return good(definition.enum.find((option) => optionText(option) === raw) ?? raw);
  }
  if (definition.type === 'object' || definition.type === 'array') {
    return parseJson(definition.type, raw);
  }
  if (definition.type !== 'number' && definition.type !== 'integer') return good(raw);
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return bad('number');
  return definition.type === 'integer' && !Number.isInteger(value) ? bad('integer') : good(value);
}

/**
 * Reads a filled form. Inputs left empty are not sent, so that defaults apply on the platform,
 * which validates again; this only saves a round trip.
 */
export function parseInputs(
  definitions: Record<string, InputDefinition>,
  raw: Record<string, RawInput>,
): { inputs: Record<string, Json>; problems: Record<string, InputProblem> } {
  const inputs: Record<string, Json> = {};
  const problems: Record<string, InputProblem> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    // A name that every object has, such as constructor, is nothing that was typed.
    const typed = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const value = typed ?? initialValue(definition);
    if (value === '') {
      if (isRequired(definition)) problems[name] = 'required';
      continue;
    }
    const parsed = typeof value === 'boolean' ? good(value) : parseOne(definition, value);
    if (parsed.ok) inputs[name] = parsed.value;
    else problems[name] = parsed.problem;
  }
  return { inputs, problems };
}

import { parse } from 'yaml';
import type { Json } from '#contract/common.ts';
import { asYaml } from '../document/asYaml.ts';
import { same } from '../document/same.ts';
import { isExpression } from './schema.ts';

/** What is only odd is said nowhere. */
const quiet = { logLevel: 'error' } as const;

function attempt(text: string): Json | undefined {
  try {
    return parse(text, quiet) as Json;
  } catch {
    return undefined;
  }
}

/** One line with an expression: text, unless it stands in quotes or brackets, or a map or a list was there before. */
function readLine(typed: string, before: Json | undefined): Json {
  const value = attempt(typed);
  const grown = typeof before === 'object' && before !== null;
  if (typeof value === 'object' && value !== null && (grown || /^\s*[[{]/.test(typed)))
    return value;
  return typeof value === 'string' && /^\s*["']/.test(typed) ? value : typed;
}

/**
 * What was typed as the value that it means; undefined for nothing at all.
 *
 * @param before the value that is edited: `user: ${{ x }}` is a map where a map was, else text
 * @throws Error for what is no YAML yet
 */
export function readAny(typed: string, before: Json | undefined): Json | undefined {
  if (typed.trim() === '') return undefined;
  if (isExpression(typed) && !typed.includes('\n')) return readLine(typed, before);
  // What stands for itself again and again is no value.
  return JSON.parse(JSON.stringify(parse(typed, quiet))) as Json;
}

/** A value as it is typed: text as it is, unless that would be read as something else. */
export function writeAny(value: Json | undefined): string {
  if (value === undefined || value === '') return '';
  if (typeof value !== 'string') return asYaml(value);
  try {
    if (same(readAny(value, value), value)) return value;
  } catch {
    // What is no YAML is text that needs its quotes.
  }
  return asYaml(value);
}

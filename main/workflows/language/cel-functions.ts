import { createHash } from 'node:crypto';
import type { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { budget } from './cel-budget.ts';
import { timeFunctions, timeNames } from './cel-times.ts';
import * as texts from './cel-texts.ts';
import { toJson, toText } from './cel-value.ts';

/** One function that expressions may call besides CEL's own. */
export interface ExpressionFunction {
  /** CEL signature; `string.` before the name makes it a method. */
  signature: string;
  description: string;
  // The library hands over values of the types that the signature names.
  call: (...args: never[]) => unknown;
}

const MAX_PATTERN = 1000;
const patterns = new Map<string, RE2JS>();

/** RE2: time linear in the text, whatever the pattern (JavaScript's own engine can be made to hang). */
function matches(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    if (pattern.length > MAX_PATTERN)
      throw new Error('The pattern is longer than 1000 characters.');
    compiled = RE2JS.compile(pattern);
    if (patterns.size > 200) patterns.clear();
    patterns.set(pattern, compiled);
  }
  budget.spend(text.length);
  return compiled.matcher(text).find();
}

function join(list: unknown[], separator = ''): string {
  const texts = list.map((item) => {
    if (typeof item !== 'string')
      throw new Error('join() needs a list of strings; use map(x, string(x)).');
    return item;
  });
  budget.spend(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

function replace(text: string, from: string, to: string): string {
  const parts = text.split(from);
  budget.spend(text.length + (parts.length - 1) * Math.max(0, to.length - from.length));
  return parts.join(to);
}

const at = (list: unknown[], index: number): unknown => {
  if (list.length === 0) throw new Error('The list is empty.');
  return list.at(index);
};

function compare(a: unknown, b: unknown): number {
  const [x, y] = [a, b].map((v) => (typeof v === 'bigint' ? Number(v) : v));
  if (typeof x !== typeof y || (typeof x !== 'number' && typeof x !== 'string')) {
    throw new Error('Only lists of numbers or lists of strings can be sorted or compared.');
  }
  return x! < y! ? -1 : x! > y! ? 1 : 0;
}

const number = (v: unknown): number => {
  if (typeof v === 'number') return v;
  if (typeof v === 'bigint') return Number(v);
  throw new Error('sum() and round() need numbers.');
};

function distinct(list: unknown[]): unknown[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = JSON.stringify(toJson(item));
    return seen.has(key) ? false : seen.add(key);
  });
}

function slice(list: unknown[], from: bigint, to: bigint): unknown[] {
  return list.slice(Number(from), Number(to));
}

function fromJson(text: string): unknown {
  budget.spend(text.length);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The text is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Half away from zero, of the number as it is written in decimal: 1.005 to two places is 1.01,
 * although the nearest binary fraction lies below it.
 */
function round(value: unknown, places: bigint): number {
  const size = number(value);
  const digits = Number(places);
  if (!(digits >= 0 && digits <= 15)) throw new Error('round() takes 0 to 15 decimal places.');
  const [mantissa, exponent = '0'] = String(Math.abs(size)).split('e') as [string, string?];
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  // So large that there is nothing behind the point.
  if (!Number.isSafeInteger(shifted)) return size;
  return Math.sign(size) * Number(`${shifted}e-${digits}`);
}

/** Functions of ours; pure, without a clock, so that a repeated evaluation gives the same value. */
export const expressionFunctions: ExpressionFunction[] = [
  { signature: 'fromJson(string): dyn', description: 'The value of a JSON text.', call: fromJson },
  {
    signature: 'toJson(dyn): string',
    description: 'The JSON text of a value.',
    call: (v: unknown) => JSON.stringify(toJson(v)),
  },
  {
    signature: 'json(dyn): string',
    description: 'The JSON text of a value; the same as toJson.',
    call: (v: unknown) => JSON.stringify(toJson(v)),
  },
  {
    signature: 'base64Encode(string): string',
    description: 'Base64 of the text’s UTF-8 bytes.',
    call: (t: string) => Buffer.from(t, 'utf8').toString('base64'),
  },
  {
    signature: 'base64Decode(string): string',
    description: 'The UTF-8 text of base64.',
    call: (t: string) => Buffer.from(t, 'base64').toString('utf8'),
  },
  {
    signature: 'urlEncode(string): string',
    description: 'Percent-encodes one component of an address.',
    call: (t: string) => encodeURIComponent(t),
  },
  {
    signature: 'urlDecode(string): string',
    description: 'Undoes percent-encoding.',
    call: (t: string) => decodeURIComponent(t),
  },
  {
    signature: 'sha256(string): string',
    description: 'SHA-256 of the text’s UTF-8 bytes, in hex.',
    call: (t: string) => createHash('sha256').update(t, 'utf8').digest('hex'),
  },
  {
    signature: 'round(dyn, int): double',
    description: 'A number rounded to so many decimal places, half away from zero.',
    call: round,
  },
  {
    signature: 'keys(map): list<string>',
    description: 'The keys of a map.',
    call: (m: object) => Object.keys(m),
  },
  {
    signature: 'values(map): list<dyn>',
    description: 'The values of a map.',
    call: (m: object) => Object.values(m),
  },
  {
    signature: 'string.replace(string, string): string',
    description: 'Replaces every occurrence of a text.',
    call: replace,
  },
  {
    signature: 'string.charAt(int): string',
    description: 'The character at an index.',
    call: texts.charAt,
  },
  {
    signature: 'string.reverse(): string',
    description: 'The text backwards.',
    call: (t: string) => Array.from(t).toReversed().join(''),
  },
  {
    signature: 'string.lines(): list<string>',
    description: 'The lines of the text, without their ends.',
    call: (t: string) => t.replace(/\r?\n$/, '').split(/\r?\n/),
  },
  {
    signature: 'list.first(): dyn',
    description: 'The first item.',
    call: (l: unknown[]) => at(l, 0),
  },
  {
    signature: 'list.last(): dyn',
    description: 'The last item.',
    call: (l: unknown[]) => at(l, -1),
  },
  {
    signature: 'list.sort(): list<dyn>',
    description: 'Numbers by size, strings by code unit.',
    call: (l: unknown[]) => l.toSorted(compare),
  },
  {
    signature: 'list.reverse(): list<dyn>',
    description: 'The list backwards.',
    call: (l: unknown[]) => l.toReversed(),
  },
  {
    signature: 'list.distinct(): list<dyn>',
    description: 'Without repeated items.',
    call: distinct,
  },
  {
    signature: 'list.flatten(): list<dyn>',
    description: 'One level of nesting less.',
    call: (l: unknown[]) => l.flat(),
  },
  {
    signature: 'list.slice(int, int): list<dyn>',
    description: 'Items from one index up to, not including, another.',
    call: slice,
  },
  {
    signature: 'list.sum(): double',
    description: 'The sum of the numbers.',
    call: (l: unknown[]) => l.reduce((sum: number, v) => sum + number(v), 0),
  },
  {
    signature: 'list.min(): dyn',
    description: 'The smallest item.',
    call: (l: unknown[]) => at(l.toSorted(compare), 0),
  },
  {
    signature: 'list.max(): dyn',
    description: 'The largest item.',
    call: (l: unknown[]) => at(l.toSorted(compare), -1),
  },
];

/** CEL's own functions that are taken over: the parser renames calls to the right-hand name. */
export const renamed: ReadonlyMap<string, string> = new Map([
  ['matches', 're2Matches'],
  ['join', 'boundedJoin'],
  ['substring', 'characterSubstring'],
  ['indexOf', 'characterIndexOf'],
  ['lastIndexOf', 'characterLastIndexOf'],
  ['lowerAscii', 'asciiLower'],
  ['upperAscii', 'asciiUpper'],
  ...timeNames,
]);

const takenOver: [string, (...args: never[]) => unknown][] = [
  ['string.re2Matches(string): bool', matches],
  ['list.boundedJoin(): string', join],
  ['list.boundedJoin(string): string', join],
  ['string.characterSubstring(int): string', texts.substring],
  ['string.characterSubstring(int, int): string', texts.substring],
  ['string.characterIndexOf(string): int', texts.indexOf],
  ['string.characterIndexOf(string, int): int', texts.indexOf],
  ['string.characterLastIndexOf(string): int', texts.lastIndexOf],
  ['string.characterLastIndexOf(string, int): int', texts.lastIndexOf],
  ['string.asciiLower(): string', texts.lowerAscii],
  ['string.asciiUpper(): string', texts.upperAscii],
  ['string(list): string', (v: unknown) => JSON.stringify(toJson(v))],
  ['string(map): string', (v: unknown) => JSON.stringify(toJson(v))],
  ['string(null): string', () => ''],
  ['string(google.protobuf.Timestamp): string', (v: unknown) => toText(toJson(v))],
  ['string(google.protobuf.Duration): string', (v: unknown) => toText(toJson(v))],
];

/** Teaches an environment our functions and arithmetic between int literals and JSON's numbers. */
export function registerFunctions(env: Environment): void {
  const sync = { async: false } as object;
  for (const { signature, call } of expressionFunctions)
    env.registerFunction(signature, call, sync);
  for (const [signature, call] of [...takenOver, ...timeFunctions])
    env.registerFunction(signature, call, sync);
  registerArithmetic(env);
}

type Num = number | bigint;

// JSON's numbers are doubles in CEL, literals such as 1 are ints, and CEL has no operator between
// the two: `inputs.count + 1` would be an error for every author.
function registerArithmetic(env: Environment): void {
  const operators: [string, (a: Num, b: Num) => number][] = [
    ['+', (a, b) => Number(a) + Number(b)],
    ['-', (a, b) => Number(a) - Number(b)],
    ['*', (a, b) => Number(a) * Number(b)],
    ['/', (a, b) => Number(a) / Number(b)],
    ['%', (a, b) => Number(a) % Number(b)],
  ];
  for (const [sign, call] of operators) {
    env.registerOperator(`double ${sign} int: double`, call);
    env.registerOperator(`int ${sign} double: double`, call);
  }
  env.registerOperator('double % double: double', (a: number, b: number) => a % b);
}

import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { Optional } from '@marcbachmann/cel-js';
import type { Json } from '#contract/common.ts';
import { tooExpensive } from './cel-budget.ts';

const MAX_NODES = 2_000_000;

/** A CEL value that JSON cannot carry; `message` says which. */
export class NotJson extends Error {}

/**
 * The JSON of a CEL value: int and uint become numbers, a timestamp ISO 8601 text, a duration text
 * such as `90s`, bytes base64, an optional its value or null.
 * @throws NotJson for NaN, infinities, integers beyond 2^53 and types
 */
export function toJson(value: unknown): Json {
  let nodes = 0;
  const convert = (v: unknown): Json => {
    nodes += 1;
    if (nodes > MAX_NODES) throw tooExpensive();
    switch (typeof v) {
      case 'string':
      case 'boolean':
        return v;
      case 'number':
        return finite(v);
      case 'bigint':
        return integer(v);
      case 'object':
        return v === null ? null : object(v, convert);
      default:
        throw new NotJson(`A value of type ${typeof v} has no JSON form.`);
    }
  };
  return convert(value);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new NotJson(`The result is ${value}, which JSON cannot carry (a division by zero?).`);
}

function integer(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new NotJson(
    `The integer ${value} is too large to be exact; use string() to keep its digits.`,
  );
}

function object(value: object, convert: (v: unknown) => Json): Json {
  if (Array.isArray(value)) return value.map(convert);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Duration) return durationText(value);
  if (value instanceof UnsignedInt) return integer(value.value as bigint);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Optional) return value.hasValue() ? convert(value.value()) : null;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) {
    throw new NotJson('The result is a type or a namespace, not a value.');
  }
  const out: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const value = convert(item);
    // A plain assignment would set the prototype for this one key.
    if (key === '__proto__')
      Object.defineProperty(out, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else out[key] = value;
  }
  return out;
}

/** A CEL duration as `90s` or `0.25s`. */
function durationText(value: Duration): string {
  const seconds = Number(value.seconds) + value.nanos / 1e9;
  return `${seconds}s`;
}

/**
 * The text of a value inside other text: strings as they are, null as nothing, booleans and
 * numbers as in JSON, lists and maps as JSON.
 */
export function toText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

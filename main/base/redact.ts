import { StringDecoder } from 'node:string_decoder';
import type { Json } from '#contract/common.ts';
import { MultiMatcher } from './multimatch.ts';
import { secretForms } from './redactforms.ts';

/** What stands where a secret was. */
export const MASK = '***';

/** Hides registered values, in all the forms of `secretForms`, wherever text leaves the platform. */
export interface Redactor {
  /**
   * Hides `value` from now on. Answers false when it is too short to be hidden (below 6
   * characters), which is also told to `onShort`.
   */
  add(value: string, name?: string): boolean;
  redactText: (text: string) => string;
  /** Every string in it, keys too, and numbers whose digits are a secret; the very value where there is nothing to hide. */
  redactJson<T extends Json>(value: T): T;
  /** For text that arrives in pieces: a secret that is cut in two by a border is found too. */
  stream(): RedactStream;
}

export interface RedactStream {
  /** The part of what was written so far that may be shown; bytes are read as UTF-8. */
  write(chunk: string | Uint8Array): string;
  /** The rest. The stream can be used again afterwards. */
  end(): string;
}

/** @param options.onShort told the name of a value that is too short to be hidden, once per value. */
export function createRedactor(options: { onShort?: (name: string) => void } = {}): Redactor {
  const known = new Set<string>();
  const forms = new Set<string>();
  let matcher: MultiMatcher | undefined;
  let stale = false;

  const current = () => {
    if (stale) {
      matcher = new MultiMatcher([...forms]);
      stale = false;
    }
    return matcher;
  };
  const redactText = (text: string) => {
    const found = current();
    return found ? mask(text, found.find(text), 0, text.length) : text;
  };

  return {
    add(value, name = 'a secret') {
      const added = secretForms(value);
      if (!known.has(value)) {
        known.add(value);
        if (added.length === 0 && value.trim() !== '') options.onShort?.(name);
        for (const form of added) forms.add(form);
        stale ||= added.length > 0;
      }
      return added.length > 0;
    },
    redactText,
    redactJson: (value) => (current() ? (redactValue(value, redactText) as typeof value) : value),
    stream: () => redactStream(current),
  };
}

function mask(text: string, ranges: number[], from: number, to: number): string {
  if (ranges.length === 0) return from === 0 && to === text.length ? text : text.slice(from, to);
  let out = '';
  let at = from;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! >= to) break;
    out += text.slice(at, ranges[i]) + MASK;
    at = ranges[i + 1]!;
  }
  return out + text.slice(at, Math.max(at, to));
}

function redactValue(value: Json, redactText: (text: string) => string): Json {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') {
    const text = String(value);
    return redactText(text) === text ? value : MASK;
  }
  if (value === null || typeof value !== 'object') return value;
  let changed = false;
  const inside = (item: Json) => {
    const redacted = redactValue(item, redactText);
    changed ||= !Object.is(redacted, item);
    return redacted;
  };
  if (Array.isArray(value)) {
    const items = value.map(inside);
    return changed ? items : value;
  }
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const name = redactText(key);
    changed ||= name !== key;
    return [name, inside(item)];
  });
  return changed ? Object.fromEntries(entries) : value;
}

function redactStream(current: () => MultiMatcher | undefined): RedactStream {
  let decoder = new StringDecoder('utf8');
  let held = '';

  const pass = (text: string, last: boolean): string => {
    const matcher = current();
    const all = held + text;
    held = '';
    if (!matcher) return all;
    const ranges = matcher.find(all);
    // What a later piece may complete stays here: at most the longest form minus one. A match that
    // reaches into that part stays as well, since a longer or an overlapping one may follow.
    let keep = last ? all.length : matcher.openEnd(all, 0);
    for (let i = ranges.length - 2; i >= 0 && ranges[i + 1]! > keep; i -= 2)
      keep = Math.min(keep, ranges[i]!);
    held = all.slice(keep);
    return mask(all, ranges, 0, keep);
  };

  return {
    write: (chunk) =>
      pass(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)), false),
    end() {
      const rest = pass(decoder.end(), true);
      decoder = new StringDecoder('utf8');
      return rest;
    },
  };
}

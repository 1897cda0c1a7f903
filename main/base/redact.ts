import { StringDecoder } from 'node:string_decoder';
import type { Json } from '#contract/common.ts';
import { Fragments, SHORTEST_CUT } from './fragments.ts';
import { MultiMatcher } from './multimatch.ts';
import { secretForms, wrappableForms } from './redactforms.ts';
import { runBefore, WrappedMatcher } from './wrapped.ts';

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

/** Everything that finds the registered values. */
interface Finder {
  plain: MultiMatcher;
  wrapped: WrappedMatcher;
  fragments: Fragments;
}

/** @param options.onShort told the name of a value that is too short to be hidden, once per value. */
export function createRedactor(options: { onShort?: (name: string) => void } = {}): Redactor {
  /** Values, and whether they are hidden. */
  const known = new Map<string, boolean>();
  const forms = new Set<string>();
  const wrappable = new Set<string>();
  let finder: Finder | undefined;
  let stale = false;

  const current = () => {
    if (stale) {
      finder = {
        plain: new MultiMatcher([...forms]),
        wrapped: new WrappedMatcher([...wrappable]),
        fragments: new Fragments([...wrappable]),
      };
      stale = false;
    }
    return finder;
  };
  const redactText = (text: string) => {
    const found = current();
    if (!found) return text;
    const encoded = found.wrapped.find(text).ranges;
    // A line of an encoded secret that was broken into lines, and logged line by line.
    const piece = found.fragments.atStart(text);
    if (piece > 0) encoded.push(0, piece);
    return maskCuts(
      mask(text, union(found.plain.find(text), encoded), 0, text.length),
      found.plain,
    );
  };

  return {
    add(value, name = 'a secret') {
      const before = known.get(value);
      if (before !== undefined) return before;
      const added = secretForms(value);
      known.set(value, added.length > 0);
      if (added.length === 0 && value.trim() !== '') options.onShort?.(name);
      for (const form of added) forms.add(form);
      for (const form of wrappableForms(value)) wrappable.add(form);
      stale ||= added.length > 0;
      return added.length > 0;
    },
    redactText,
    redactJson: (value) => (current() ? (redactValue(value, redactText) as typeof value) : value),
    stream: () => redactStream(current),
  };
}

/** Sorted ranges of which none touches another inside, from two such lists of which the second is not sorted. */
function union(plain: number[], wrapped: number[]): number[] {
  if (wrapped.length === 0) return plain;
  const all: [number, number][] = [];
  for (const list of [plain, wrapped])
    for (let i = 0; i < list.length; i += 2) all.push([list[i]!, list[i + 1]!]);
  all.sort((a, b) => a[0] - b[0]);
  const ranges: number[] = [];
  for (const [start, end] of all) {
    const last = ranges.length - 1;
    if (last >= 0 && start < ranges[last]!) ranges[last] = Math.max(ranges[last]!, end);
    else ranges.push(start, end);
  }
  return ranges;
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

// Whoever shortened the text (an error that quotes a line, a limit of output) may have done so in the
// middle of a secret: what then stands before the end, or before “…”, is its beginning.
function maskCuts(text: string, matcher: MultiMatcher): string {
  if (text.length < SHORTEST_CUT) return text;
  if (!text.includes('…')) return maskEnd(text, matcher);
  return text
    .split('…')
    .map((part) => maskEnd(part, matcher))
    .join('…');
}

function maskEnd(text: string, matcher: MultiMatcher): string {
  const at = matcher.openEnd(text, 0);
  return text.length - at < SHORTEST_CUT ? text : text.slice(0, at) + MASK;
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

function redactStream(current: () => Finder | undefined): RedactStream {
  let decoder = new StringDecoder('utf8');
  let held = '';
  /** How many characters of base64 stand directly before what is held. */
  let run = 0;

  const pass = (text: string, last: boolean): string => {
    const finder = current();
    const all = held + text;
    held = '';
    if (!finder) return all;
    const wrapped = finder.wrapped.find(all, run);
    const ranges = union(finder.plain.find(all), wrapped.ranges);
    // What a later piece may complete stays here: at most the longest form minus one. A match that
    // reaches into that part stays as well, since a longer or an overlapping one may follow.
    let keep = last ? all.length : Math.min(finder.plain.openEnd(all, 0), wrapped.open);
    for (let i = ranges.length - 2; i >= 0 && ranges[i + 1]! > keep; i -= 2)
      keep = Math.min(keep, ranges[i]!);
    held = all.slice(keep);
    run = last ? 0 : runBefore(all, keep, run);
    const shown = mask(all, ranges, 0, keep);
    return last ? maskCuts(shown, finder.plain) : shown;
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

import type { Json } from '#contract/common.ts';
import { canonicalJson } from './entry.ts';

/** Size of the canonical details of one entry, in bytes. */
export const MAX_DETAILS_BYTES = 8 * 1024;
const MAX_STRING = 1024;
const MAX_ITEMS = 100;
const MAX_DEPTH = 8;
/** UTF-16 units; at three bytes each still within the limit. */
const MAX_PREVIEW = 2500;

/** Names whose values are secrets whatever they hold. */
const SECRET_NAME =
  /pass(word|phrase)?$|secret|token$|api[-_]?key|authorization|cookie|private[-_]?key|credential/i;

/**
 * What the log keeps of an input: secrets redacted (by their value through `redact`, and by the name
 * they stand under), long texts and lists cut, everything within 8 KiB of canonical JSON.
 */
export function boundDetails(value: unknown, redact: (text: string) => string): Json | undefined {
  if (value === undefined) return undefined;
  const bounded = bound(value, redact, 0);
  const text = canonicalJson(bounded);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_DETAILS_BYTES) return bounded;
  return { truncated: true, bytes, preview: wellFormed(text.slice(0, MAX_PREVIEW)) };
}

function bound(value: unknown, redact: (text: string) => string, depth: number): Json {
  if (typeof value === 'string') return shorten(wellFormed(redact(value)));
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return typeof value;
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Date) return Number.isNaN(value.valueOf()) ? null : value.toISOString();
  if (Array.isArray(value)) {
    const kept: Json[] = value.slice(0, MAX_ITEMS).map((item) => bound(item, redact, depth + 1));
    if (value.length > MAX_ITEMS) kept.push(`… (${value.length - MAX_ITEMS} more)`);
    return kept;
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const kept = fields
    .slice(0, MAX_ITEMS)
    .map(([name, field]): [string, Json] => [
      shorten(wellFormed(redact(name))),
      SECRET_NAME.test(name) && field !== null ? '***' : bound(field, redact, depth + 1),
    ]);
  if (fields.length > MAX_ITEMS) kept.push(['…', `${fields.length - MAX_ITEMS} more`]);
  return Object.fromEntries(kept);
}

function shorten(text: string): string {
  if (text.length <= MAX_STRING) return text;
  return wellFormed(`${text.slice(0, MAX_STRING)}… (${text.length - MAX_STRING} more characters)`);
}

/** Half surrogate pairs become U+FFFD: canonical JSON has no place for them, and UTF-8 neither. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

import { budget } from './cel-budget.ts';

/*
 * Functions on texts that count in characters (Unicode code points), as CEL's definition of its
 * strings does: cut by UTF-16 units, an emoji would fall into two halves that are no text.
 */

const SURROGATE = /[\ud800-\udfff]/;

/** Where character `index` begins, in UTF-16 units; undefined outside the text (its end is inside). */
function unitOf(text: string, index: bigint): number | undefined {
  const wanted = Number(index);
  if (wanted < 0 || wanted > text.length) return undefined;
  if (!SURROGATE.test(text)) return wanted;
  let unit = 0;
  for (let seen = 0; seen < wanted; seen += 1) {
    if (unit >= text.length) return undefined;
    unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  }
  return unit;
}

/** How many characters stand before a unit; -1 for -1. */
function characterOf(text: string, unit: number): bigint {
  if (unit < 0 || !SURROGATE.test(text)) return BigInt(unit);
  return BigInt(Array.from(text.slice(0, unit)).length);
}

function outside(): Error {
  return new Error('The index lies outside the text.');
}

/** The character at an index; nothing right behind the last one. */
export function charAt(text: string, index: bigint): string {
  budget.spend(text.length);
  const unit = unitOf(text, index);
  if (unit === undefined) throw outside();
  const code = text.codePointAt(unit);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** From one index up to, not including, another. */
export function substring(text: string, from: bigint, to?: bigint): string {
  budget.spend(text.length);
  const start = unitOf(text, from);
  const end = to === undefined ? text.length : unitOf(text, to);
  if (start === undefined || end === undefined || end < start) throw outside();
  return text.slice(start, end);
}

/** The index of the first occurrence, or -1; `from` is where the search begins. */
export function indexOf(text: string, search: string, from?: bigint): bigint {
  budget.spend(text.length);
  if (from === undefined) return characterOf(text, text.indexOf(search));
  if (search === '') return from;
  const start = unitOf(text, from);
  if (start === undefined || start >= text.length) throw outside();
  return characterOf(text, text.indexOf(search, start));
}

/** The index of the last occurrence, or -1; `from` is the last index at which one may begin. */
export function lastIndexOf(text: string, search: string, from?: bigint): bigint {
  budget.spend(text.length);
  if (from === undefined) return characterOf(text, text.lastIndexOf(search));
  if (search === '') return from;
  const start = unitOf(text, from);
  if (start === undefined || start >= text.length) throw outside();
  return characterOf(text, text.lastIndexOf(search, start));
}

/** A to Z in small letters, everything else as it is. */
export function lowerAscii(text: string): string {
  budget.spend(text.length);
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** a to z in capitals, everything else as it is. */
export function upperAscii(text: string): string {
  budget.spend(text.length);
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

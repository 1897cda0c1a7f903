import { stripAnsi } from './ansi.ts';

/** Indexes of the lines that contain `needle` (case-insensitive), at most `limit` of them. */
export function searchLines(
  lines: readonly { text: string }[],
  needle: string,
  limit = 10_000,
): number[] {
  if (needle === '') return [];
  const wanted = needle.toLowerCase();
  const found: number[] = [];
  for (let index = 0; index < lines.length && found.length < limit; index += 1) {
    const raw = lines[index]?.text ?? '';
    const text = raw.includes('\u001b') ? stripAnsi(raw) : raw;
    if (text.toLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}

/** Cuts `text` at every occurrence of `needle`; odd pieces are the hits. */
export function splitHits(text: string, needle: string): string[] {
  if (needle === '') return [text];
  const lower = text.toLowerCase();
  const wanted = needle.toLowerCase();
  // Lower-casing changes the length of a few letters; then positions would be wrong.
  if (lower.length !== text.length) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

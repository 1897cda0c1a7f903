import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLSeq,
} from 'yaml';
import { lineEnd, lineStart, nextLine, type Source } from './Source.ts';

/** Thrown when an edit cannot be made by touching the lines alone; the caller takes a wider way. */
export class Unsupported extends Error {}

interface Token {
  type: string;
  offset: number;
}

function tokens(list: unknown): Token[] {
  return Array.isArray(list) ? (list as Token[]) : [];
}

/** Offset after the `:` of a pair. */
export function afterColon(pair: Pair): number {
  const sep = tokens((pair.srcToken as { sep?: unknown } | undefined)?.sep);
  const colon = sep.find((token) => token.type === 'map-value-ind');
  if (!colon) throw new Unsupported('a key without a colon');
  return colon.offset + 1;
}

/** Offsets of the dashes of a block list. */
export function dashes(seq: YAMLSeq): number[] {
  const items = (seq.srcToken as { items?: { start: unknown }[] } | undefined)?.items ?? [];
  return items.flatMap((item) => {
    const dash = tokens(item.start).find((token) => token.type === 'seq-item-ind');
    return dash ? [dash.offset] : [];
  });
}

export function isFlow(node: Node): boolean {
  return isCollection(node) && node.flow === true;
}

/** Whether the file is JSON, which wants its texts and keys quoted. */
export function isJson(source: Source): boolean {
  return /^\s*[{[]\s*"/.test(source.text);
}

/** What parts two entries in brackets: a line ending and the same indentation where the author gives each its own line. */
export function flowGap(source: Source, first: number, last: number): string {
  const line = lineStart(source.text, last);
  const lead = source.text.slice(line, last);
  const own = lead.trim() === '' && line > first;
  return own ? `,${source.newline}${lead}` : ', ';
}

/** Whether nothing is written where a value could stand. */
export function isUnwritten(node: Node | null | undefined): boolean {
  return !node || (isScalar(node) && node.value === null && node.source === '');
}

function scalarEnd(source: Source, node: Node): number {
  const end = node.range?.[1] ?? 0;
  if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) {
    return end;
  }
  const header = source.text.slice(
    node.range?.[0] ?? 0,
    lineEnd(source.text, node.range?.[0] ?? 0),
  );
  if (/^[|>]\d?\+/.test(header)) return end;
  let at = end;
  while (at > 0 && /\s/.test(source.text[at - 1] ?? '')) at -= 1;
  return Math.max(at, (node.range?.[0] ?? 0) + header.trimEnd().length);
}

/** Offset after the last character of a value, comments behind it not counted. */
export function contentEnd(source: Source, node: Node): number {
  if (isFlow(node) || isAlias(node) || isScalar(node)) return scalarEnd(source, node);
  if (isMap(node)) {
    const last = node.items.at(-1);
    if (last) return pairEnd(source, last);
  }
  if (isSeq(node)) {
    const last = node.items.at(-1) as Node | undefined;
    const dash = dashes(node).at(-1);
    if (last && !isUnwritten(last)) return contentEnd(source, last);
    if (dash !== undefined) return dash + 1;
  }
  return node.range?.[1] ?? 0;
}

/** Offset after the last character of a pair. */
export function pairEnd(source: Source, pair: Pair): number {
  const value = pair.value as Node | null;
  return value && !isUnwritten(value) ? contentEnd(source, value) : afterColon(pair);
}

/** Offset of the first character of a pair's key. */
export function pairStart(pair: Pair): number {
  const key = pair.key as Node;
  const start = tokens((pair.srcToken as { start?: unknown } | undefined)?.start);
  if (start.some((token) => token.type === 'explicit-key-ind' || token.type === 'anchor')) {
    throw new Unsupported('an explicit or anchored key');
  }
  return key.range?.[0] ?? 0;
}

export function columnOf(source: Source, offset: number): number {
  return offset - lineStart(source.text, offset);
}

/**
 * Where the line ends on which a value ended, its comment included, and further over comment
 * lines that are indented deeper than `column` and so belong to the value.
 */
export function belongsEnd(source: Source, end: number, column: number): number {
  const { text } = source;
  if (text[end - 1] === '\n') return end;
  let result = lineEnd(text, end);
  let line = nextLine(text, result);
  while (line < text.length && line > result) {
    const content = text.slice(line, lineEnd(text, line));
    const indent = content.length - content.trimStart().length;
    if (content.trim() === '') {
      const next = nextLine(text, line);
      if (next === line || next >= text.length) break;
      line = next;
      continue;
    }
    if (!content.trimStart().startsWith('#') || indent <= column) break;
    result = lineEnd(text, line);
    line = nextLine(text, line);
  }
  return result;
}

/** A new line with `body` behind the value that ends at `end`. */
export function lineAfter(source: Source, end: number, column: number, body: string) {
  const at = belongsEnd(source, end, column);
  const text = native(source, body);
  const indent = ' '.repeat(column);
  if (source.text[at - 1] === '\n' && at > 0) {
    return { from: at, to: at, insert: `${indent}${text}${source.newline}` };
  }
  return { from: at, to: at, insert: `${source.newline}${indent}${text}` };
}

/** The text with the line endings that the file uses. */
export function native(source: Source, text: string): string {
  return source.newline === '\n' ? text : text.replace(/\n/g, source.newline);
}

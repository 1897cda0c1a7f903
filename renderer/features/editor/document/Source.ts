import { type Document, isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Json } from '#contract/common.ts';

export type Path = readonly (string | number)[];

/** A mistake in the YAML itself, with its place (1-based). */
export interface SyntaxProblem {
  message: string;
  line: number;
  column: number;
  offset: number;
}

/** One state of the text with what was read from it. */
export interface Source {
  text: string;
  document: Document.Parsed;
  /** Plain data; null when the text does not parse. */
  value: Json;
  errors: SyntaxProblem[];
  /** Line ending that the text uses. */
  newline: '\n' | '\r\n';
}

const recent: Source[] = [];

/** Reads YAML, keeping the places of everything. Never throws: mistakes are in `errors`. */
export function readSource(text: string): Source {
  const known = recent.find((source) => source.text === text);
  if (known) return known;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { keepSourceTokens: true, lineCounter, version: '1.2' });
  const errors = document.errors.map((error) => {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return {
      message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
      line,
      column: col,
      offset: error.pos[0],
    };
  });
  const source: Source = {
    text,
    document,
    value: errors.length === 0 ? toJson(document) : null,
    errors,
    newline: text.includes('\r\n') ? '\r\n' : '\n',
  };
  recent.unshift(source);
  recent.length = Math.min(recent.length, 4);
  return source;
}

function toJson(document: Document.Parsed): Json {
  try {
    return JSON.parse(
      JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null, (_key, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      ),
    ) as Json;
  } catch {
    return null;
  }
}

/** The node at a path, or undefined; follows no aliases. */
export function nodeAt(source: Source, path: Path): Node | undefined {
  let node: unknown = source.document.contents;
  for (const key of path) {
    if (isMap(node)) {
      node = node.items.find((pair) => keyText(pair.key) === String(key))?.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
    } else {
      return undefined;
    }
  }
  return isNode(node) ? node : undefined;
}

/** A key as text; null for a key that is not a scalar. */
export function keyText(key: unknown): string | null {
  const value = isNode(key) ? (key as { value?: unknown }).value : key;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Offset of the first character of the line. */
export function lineStart(text: string, offset: number): number {
  // Before the first character there is nothing to look for; a negative place would mean that one.
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the end of the line, before its line ending. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

/** Offset of the first character of the next line; the text's length on the last one. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

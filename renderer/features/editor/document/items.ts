import { isMap, type Node, type Pair, parse, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json } from '#contract/common.ts';
import {
  belongsEnd,
  columnOf,
  contentEnd,
  dashes,
  flowGap,
  isFlow,
  isJson,
  isUnwritten,
  native,
  pairEnd,
  pairStart,
  Unsupported,
} from './layout.ts';
import { renderAfterDash, renderFlow } from './render.ts';
import { lineEnd, lineStart, nextLine, type Source } from './Source.ts';
import type { TextChange } from './TextChange.ts';

/** A new list item: data, or YAML that was written elsewhere (first line as it follows the dash, the rest indented by two). */
export type NewItem = Json | { yaml: string };

/** Whether the item is YAML rather than data. */
export function isYaml(item: NewItem): item is { yaml: string } {
  return (
    typeof item === 'object' &&
    item !== null &&
    'yaml' in item &&
    typeof item.yaml === 'string' &&
    Object.keys(item).length === 1
  );
}

function renderItem(item: NewItem, column: number): string {
  if (!isYaml(item)) return `-${renderAfterDash(item, column)}`;
  const prefix = ' '.repeat(column);
  const lines = item.yaml.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  return `- ${lines.map((line, at) => (at === 0 || line === '' ? line : prefix + line)).join('\n')}`;
}

/** Whether the author separates the items of this list by empty lines. */
function isAiry(source: Source, marks: number[], seq: YAMLSeq): boolean {
  const second = marks[1];
  if (second === undefined) return false;
  const end = contentEnd(source, seq.items[0] as Node);
  return /\n[ \t]*\r?\n/.test(source.text.slice(end, second));
}

/** The data of a new item. */
export function dataOf(item: NewItem): Json {
  return isYaml(item) ? ((parse(`- ${item.yaml}`) as Json[])[0] ?? null) : item;
}

/**
 * Puts new items before the item at `index` (or at the end). `keyColumn` is where the list's key
 * stands; undefined where that stands in brackets, so that no block can be in its place.
 */
export function insertItems(
  source: Source,
  seq: YAMLSeq,
  index: number,
  items: readonly NewItem[],
  keyColumn: number | undefined,
): TextChange[] {
  if (isFlow(seq)) return insertFlow(source, seq, index, items, keyColumn);
  const marks = dashes(seq);
  const firstMark = marks[0];
  if (firstMark === undefined) throw new Unsupported('an empty block list');
  const column = columnOf(source, firstMark);
  const gap = isAiry(source, marks, seq) ? '\n' : '';
  const bodies = items.map((item) => renderItem(item, column));
  if (index === 0) {
    const text = bodies.map((body) => `${body}\n${gap}${' '.repeat(column)}`).join('');
    return [{ from: firstMark, to: firstMark, insert: native(source, text) }];
  }
  const before = seq.items[index - 1] as Node;
  const mark = marks[index - 1] ?? firstMark;
  const end = isUnwritten(before) ? mark + 1 : contentEnd(source, before);
  const at = belongsEnd(source, end, column);
  const text = bodies.map((body) => `${gap}${' '.repeat(column)}${body}`).join('\n');
  if (source.text[at - 1] === '\n') {
    return [{ from: at, to: at, insert: native(source, `${text}\n`) }];
  }
  return [{ from: at, to: at, insert: native(source, `\n${text}`) }];
}

function insertFlow(
  source: Source,
  seq: YAMLSeq,
  index: number,
  items: readonly NewItem[],
  keyColumn: number | undefined,
): TextChange[] {
  const [start, end] = seq.range ?? [0, 0];
  const empty = seq.items.length === 0;
  if (empty && keyColumn !== undefined && items.some((item) => typeof item === 'object')) {
    const column = keyColumn + 2;
    const text = items.map((item) => `\n${' '.repeat(column)}${renderItem(item, column)}`).join('');
    const from = source.text[start - 1] === ' ' ? start - 1 : start;
    if (source.text.slice(end, lineEnd(source.text, end)).trim() !== '') throw new Unsupported('');
    return [{ from, to: end, insert: native(source, text) }];
  }
  const json = isJson(source);
  const texts = items.map((item) =>
    json ? JSON.stringify(dataOf(item)) : renderFlow(dataOf(item)),
  );
  if (empty) return [{ from: start, to: end, insert: `[${texts.join(', ')}]` }];
  const at = (place: number) => (seq.items[place] as Node).range ?? [0, 0, 0];
  if (index > 0) {
    const [from, to] = at(index - 1);
    const gap = flowGap(source, start, from);
    return [{ from: to, to, insert: texts.map((text) => gap + text).join('') }];
  }
  const [first] = at(0);
  const gap = flowGap(source, start, first);
  return [{ from: first, to: first, insert: texts.map((text) => text + gap).join('') }];
}

/** Takes the items or pairs at `indexes` out, with the lines they stand on. Comments between stay. */
export function removeAt(
  source: Source,
  parent: YAMLMap | YAMLSeq,
  indexes: readonly number[],
): TextChange[] {
  if (indexes.length === 0) return [];
  if (indexes.length === parent.items.length) throw new Unsupported('nothing would be left');
  if (isFlow(parent)) return indexes.map((index) => removeFlow(source, parent, index));
  const removed = new Set(indexes);
  return indexes.map((index) => removeBlock(source, parent, index, removed));
}

/** Start (key or dash) and end of one item's content. */
function span(source: Source, parent: YAMLMap | YAMLSeq, index: number): [number, number] {
  if (isMap(parent)) {
    const pair = parent.items[index] as Pair;
    return [pairStart(pair), pairEnd(source, pair)];
  }
  const mark = dashes(parent)[index];
  if (mark === undefined) throw new Unsupported('a list item without a dash');
  const node = parent.items[index] as Node;
  return [mark, isUnwritten(node) ? mark + 1 : contentEnd(source, node)];
}

function removeBlock(
  source: Source,
  parent: YAMLMap | YAMLSeq,
  index: number,
  removed: ReadonlySet<number>,
): TextChange {
  const { text } = source;
  const [start, end] = span(source, parent, index);
  const column = columnOf(source, start);
  const line = lineStart(text, start);
  const lastLine = isMap(parent)
    ? text[end - 1] === '\n'
      ? end
      : lineEnd(text, end)
    : belongsEnd(source, end, column);
  if (text.slice(line, start).trim() !== '') {
    // The first key stands behind a dash: what comes next takes its place.
    let next = index + 1;
    while (removed.has(next)) next += 1;
    if (next >= parent.items.length) throw new Unsupported('nothing moves up');
    const rest = /^\s*/.exec(text.slice(lastLine))?.[0].length ?? 0;
    return { from: start, to: lastLine + rest, insert: '' };
  }
  let from = line;
  let to = text[lastLine - 1] === '\n' && lastLine > line ? lastLine : nextLine(text, lastLine);
  if (to === text.length && text[to - 1] !== '\n' && from > 0) {
    // The last line has no line ending: the one before loses its own.
    from = text[from - 2] === '\r' ? from - 2 : from - 1;
  }
  // Of the empty lines before and after, one group is enough.
  if (/\n[ \t]*\r?\n$/.test(text.slice(0, from))) {
    const blank = /^(?:[ \t]*\r?\n)+/.exec(text.slice(to));
    if (blank) to += blank[0].length;
  }
  return { from, to, insert: '' };
}

function removeFlow(source: Source, parent: YAMLMap | YAMLSeq, index: number): TextChange {
  const bounds = (at: number): [number, number] => {
    const item = parent.items[at];
    if (isMap(parent)) {
      const pair = item as Pair;
      const value = pair.value as Node | null;
      return [pairStart(pair), value?.range?.[1] ?? (pair.key as Node).range?.[1] ?? 0];
    }
    const range = (item as Node).range;
    return [range?.[0] ?? 0, range?.[1] ?? 0];
  };
  const [start, end] = bounds(index);
  const slice = (from: number, to: number): TextChange => {
    if (source.text.slice(from, to).includes('#')) throw new Unsupported('a comment in brackets');
    return { from, to, insert: '' };
  };
  if (index > 0) return slice(bounds(index - 1)[1], end);
  return slice(start, bounds(index + 1)[0]);
}

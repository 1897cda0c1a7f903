import { isAlias, isMap, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json } from '#contract/common.ts';
import { insertItems, removeAt } from './items.ts';
import {
  afterColon,
  columnOf,
  dashes,
  flowGap,
  isFlow,
  isUnwritten,
  lineAfter,
  native,
  pairEnd,
  pairStart,
  Unsupported,
} from './layout.ts';
import { placeForKey } from './keyOrder.ts';
import { renamedPair, renameKey } from './renameKey.ts';
import { renderAfterKey, renderFlow, renderKey } from './render.ts';
import { same } from './same.ts';
import { keyText, type Path, type Source } from './Source.ts';
import type { TextChange } from './TextChange.ts';
import { type Holder, overwrite } from './overwrite.ts';

/** The changes after which `path` holds `value`; parents that are missing are made. */
export function setValue(source: Source, path: Path, value: Json): TextChange[] {
  const root = source.document.contents as Node | null;
  if (!root || isUnwritten(root)) {
    if (root && (root.range?.[0] ?? 0) < source.text.trimEnd().length) {
      const tail = source.text.endsWith('\n') || source.text === '' ? '' : source.newline;
      return [appendRoot(source, tail, path, value)];
    }
    return [appendRoot(source, '', path, value)];
  }
  return descend(source, root, path, 0, value, undefined);
}

function appendRoot(source: Source, lead: string, path: Path, value: Json): TextChange {
  const body = renderAfterKey(nest(path.slice(1), value), 0);
  const text = `${lead}${renderKey(String(path[0]))}:${body}\n`;
  return { from: source.text.length, to: source.text.length, insert: native(source, text) };
}

/** `value` wrapped in maps (and lists for index 0) along `path`. */
function nest(path: Path, value: Json): Json {
  return path.reduceRight<Json>(
    (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
    value,
  );
}

function descend(
  source: Source,
  node: Node,
  path: Path,
  depth: number,
  value: Json,
  holder: Holder | undefined,
): TextChange[] {
  const key = path[depth];
  if (key === undefined) {
    if (!holder) throw new Unsupported('the whole document');
    return replace(holder, value);
  }
  if (isAlias(node)) throw new Unsupported('a value shared by an alias');
  if (isMap(node)) {
    const pair = node.items.find((item) => keyText(item.key) === String(key));
    if (!pair)
      return addPair(
        source,
        node,
        path.slice(0, depth),
        String(key),
        nest(path.slice(depth + 1), value),
        holder,
      );
    const inner = pair.value as Node | null;
    const next = holderOfPair(source, node, pair, path.slice(0, depth + 1));
    if (isUnwritten(inner)) return replace(next, nest(path.slice(depth + 1), value));
    return descend(source, inner as Node, path, depth + 1, value, next);
  }
  if (isSeq(node) && typeof key === 'number') {
    if (key >= node.items.length) {
      return insertItems(
        source,
        node,
        node.items.length,
        [nest(path.slice(depth + 1), value)],
        holder && blockColumn(holder),
      );
    }
    const inner = node.items[key] as Node;
    const next = holderOfItem(source, node, key, path.slice(0, depth + 1));
    if (isUnwritten(inner)) return replace(next, nest(path.slice(depth + 1), value));
    return descend(source, inner, path, depth + 1, value, next);
  }
  if (!holder) throw new Unsupported('a document that is a scalar');
  return replace(holder, nest(path.slice(depth), value));
}

function holderOfPair(source: Source, map: YAMLMap, pair: Pair, path: Path): Holder {
  const node = pair.value as Node | null;
  const flow = isFlow(map);
  if (flow && isUnwritten(node)) throw new Unsupported('a key without a value in {}');
  return {
    source,
    node,
    path,
    after: afterColon(pair),
    column: columnOf(source, pairStart(pair)),
    kind: flow ? 'flow' : 'key',
  };
}

function holderOfItem(source: Source, seq: YAMLSeq, index: number, path: Path): Holder {
  const node = seq.items[index] as Node;
  if (isFlow(seq)) return { source, node, path, after: 0, column: 0, kind: 'flow' };
  const dash = dashes(seq)[index];
  if (dash === undefined) throw new Unsupported('a list item without a dash');
  return { source, node, path, after: dash + 1, column: columnOf(source, dash), kind: 'dash' };
}

/** A pair that is not there yet. */
function addPair(
  source: Source,
  map: YAMLMap,
  path: Path,
  key: string,
  value: Json,
  holder: Holder | undefined,
): TextChange[] {
  const present = map.items.map((item) => keyText(item.key));
  if (isFlow(map)) {
    // Nobody wants a script in braces: an empty map and one that gets lines becomes a block.
    const block = map.items.length === 0 || JSON.stringify(value).includes('\\n');
    if (block && holder && holder.kind !== 'flow') {
      const whole = map.toJS(source.document) as { [key: string]: Json };
      return overwrite(holder, { ...whole, [key]: value });
    }
    return [addFlowPair(source, map, key, value)];
  }
  const after = placeForKey(path, present, key);
  const first = map.items[0];
  if (!first) throw new Unsupported('an empty block map');
  const column = columnOf(source, pairStart(first));
  const body = `${renderKey(key)}:${renderAfterKey(value, column)}`;
  const anchor = map.items[after];
  if (!anchor) {
    const at = pairStart(first);
    return [{ from: at, to: at, insert: native(source, `${body}\n${' '.repeat(column)}`) }];
  }
  return [lineAfter(source, pairEnd(source, anchor), column, body)];
}

/** Where the key of a block stands; undefined in brackets. */
function blockColumn(holder: Holder): number | undefined {
  return holder.kind === 'flow' ? undefined : holder.column;
}

function addFlowPair(source: Source, map: YAMLMap, key: string, value: Json): TextChange {
  const last = map.items.at(-1);
  const [start, end] = map.range ?? [0, 0];
  // JSON wants its keys quoted; whoever quotes one key quotes them all.
  const quoted = last && /^["']/.test(source.text.slice(pairStart(last)));
  const text = `${quoted ? JSON.stringify(key) : renderKey(key)}: ${quoted ? JSON.stringify(value) : renderFlow(value)}`;
  if (last) {
    const at = last.value ? ((last.value as Node).range?.[1] ?? 0) : pairEnd(source, last);
    return { from: at, to: at, insert: flowGap(source, start, pairStart(last)) + text };
  }
  return { from: start, to: end, insert: `{${text}}` };
}

/** Another value in the place of one that is there. */
function replace(holder: Holder, value: Json): TextChange[] {
  const { source, node } = holder;
  if (node && !isUnwritten(node)) {
    if (isAlias(node)) throw new Unsupported('a value shared by an alias');
    if (same(node.toJS(source.document), value)) return [];
    if (isMap(node) && isRecord(value) && Object.keys(value).length > 0 && node.items.length > 0) {
      return mergeMap(holder, node, value);
    }
    if (isSeq(node) && Array.isArray(value) && value.length > 0 && node.items.length > 0) {
      return mergeSeq(holder, node, value);
    }
  }
  return overwrite(holder, value);
}

function isRecord(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergeMap(holder: Holder, map: YAMLMap, value: { [key: string]: Json }): TextChange[] {
  const { source, path } = holder;
  const renamed = renamedPair(source, map, value);
  if (renamed) return renameKey(map, renamed.pair, renamed.to);
  const changes: TextChange[] = [];
  const gone = map.items.flatMap((pair, index) => {
    const key = keyText(pair.key);
    return key === null || !Object.hasOwn(value, key) ? [index] : [];
  });
  if (gone.length === map.items.length) return overwrite(holder, value);
  changes.push(...removeAt(source, map, gone));
  for (const [key, inner] of Object.entries(value)) {
    const pair = map.items.find((item) => keyText(item.key) === key);
    if (pair) changes.push(...replace(holderOfPair(source, map, pair, [...path, key]), inner));
    else changes.push(...addPair(source, map, path, key, inner, holder));
  }
  return changes;
}

function mergeSeq(holder: Holder, seq: YAMLSeq, value: Json[]): TextChange[] {
  const { source, path } = holder;
  const old = seq.items.map((item) => (item as Node).toJS(source.document) as Json);
  let head = 0;
  while (head < old.length && head < value.length && same(old[head], value[head])) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < value.length - head &&
    same(old[old.length - 1 - tail], value[value.length - 1 - tail])
  ) {
    tail += 1;
  }
  const oldMiddle = old.length - head - tail;
  const newMiddle = value.length - head - tail;
  const shared = Math.min(oldMiddle, newMiddle);
  const changes: TextChange[] = [];
  for (let index = head; index < head + shared; index += 1) {
    changes.push(
      ...replace(holderOfItem(source, seq, index, [...path, index]), value[index] as Json),
    );
  }
  const gone = Array.from({ length: oldMiddle - shared }, (_, index) => head + shared + index);
  changes.push(...removeAt(source, seq, gone));
  const fresh = value.slice(head + shared, value.length - tail);
  if (fresh.length > 0) {
    changes.push(...insertItems(source, seq, head + shared, fresh, blockColumn(holder)));
  }
  return changes;
}

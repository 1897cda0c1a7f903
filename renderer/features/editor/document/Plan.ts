import { isMap, isSeq, Scalar } from 'yaml';
import type { Json } from '#contract/common.ts';
import { dataOf, insertItems, type NewItem, removeAt } from './items.ts';
import { isFlow, pairStart, Unsupported } from './layout.ts';
import { renameKey } from './renameKey.ts';
import { same } from './same.ts';
import { setValue } from './setValue.ts';
import { keyText, nodeAt, type Path, readSource, type Source } from './Source.ts';
import {
  applyChanges,
  difference,
  narrowed,
  overlaps,
  sortChanges,
  type TextChange,
} from './TextChange.ts';

type Operation =
  | { type: 'set'; path: Path; value: Json }
  | { type: 'remove'; path: Path }
  | { type: 'insert'; path: Path; index: number; items: NewItem[] }
  | { type: 'rename'; path: Path; to: string };

type Container = Json[] | { [key: string]: Json };

/** An edit was refused; the text stays as it was. */
export class EditRefused extends Error {
  readonly reason: 'broken' | 'unsafe';
  constructor(reason: 'broken' | 'unsafe', message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Collects edits to a document and turns them into the smallest text changes. What the text will
 * mean is computed twice, once on plain data and once by reading the changed text; where the two
 * differ, the edit takes a wider way (step by step, then by rewriting through the YAML document),
 * and is refused when even that would not mean what was asked.
 *
 * Edits see the document as the earlier edits of the plan left it. Values come before structure:
 * set first, then remove and insert from the end of a list to its start.
 */
export class Plan {
  readonly source: Source;
  /** The document's data as it will be. */
  readonly value: Json;
  readonly #operations: Operation[] = [];

  constructor(source: Source) {
    if (source.errors.length > 0) throw new EditRefused('broken', 'The YAML does not parse.');
    this.source = source;
    this.value = JSON.parse(JSON.stringify(source.value ?? {})) as Json;
  }

  set(path: Path, value: Json): this {
    if (same(at(this.value, path), value)) return this;
    return this.#add({ type: 'set', path, value });
  }

  /** Removes a key or an item; with `prune`, parents below `keep` keys of depth go too when nothing is left in them. */
  remove(path: Path, keep = path.length - 1): this {
    if (at(this.value, path) === undefined) return this;
    let target = path;
    while (target.length - 1 > keep) {
      const parent = at(this.value, target.slice(0, -1));
      if (typeof parent !== 'object' || parent === null || Object.keys(parent).length > 1) break;
      target = target.slice(0, -1);
    }
    return this.#add({ type: 'remove', path: target });
  }

  insert(path: Path, index: number, items: NewItem[]): this {
    if (items.length === 0) return this;
    const list = at(this.value, path);
    if (!Array.isArray(list)) {
      return this.#add({ type: 'set', path, value: items.map(dataOf) });
    }
    return this.#add({ type: 'insert', path, index, items });
  }

  rename(path: Path, to: string): this {
    if (at(this.value, path) === undefined || path.at(-1) === to) return this;
    return this.#add({ type: 'rename', path, to });
  }

  #add(operation: Operation): this {
    model(this.value, operation);
    this.#operations.push(operation);
    return this;
  }

  /** @throws EditRefused `unsafe` when no text was found that means what was asked. */
  changes(): TextChange[] {
    if (this.#operations.length === 0) return [];
    const ways = [
      () => attempt(() => this.#together()),
      () => attempt(() => this.#oneByOne()),
      () => tolerant(() => this.#rewritten()),
    ];
    for (const way of ways) {
      const text = way();
      if (text === undefined) continue;
      const read = readSource(text.after);
      if (read.errors.length === 0 && same(read.value, this.value)) {
        return text.changes.flatMap((change) => narrowed(this.source.text, change));
      }
    }
    throw new EditRefused(
      'unsafe',
      'This part is written in a way that only the YAML side can edit.',
    );
  }

  #together() {
    const changes = sortChanges(this.#operations.flatMap((each) => textOf(this.source, each)));
    if (overlaps(changes)) return undefined;
    return { changes, after: applyChanges(this.source.text, changes) };
  }

  #oneByOne() {
    let source = this.source;
    for (const operation of this.#operations) {
      const changes = sortChanges(textOf(source, operation));
      if (overlaps(changes)) return undefined;
      source = readSource(applyChanges(source.text, changes));
      if (source.errors.length > 0) return undefined;
    }
    return { changes: difference(this.source.text, source.text), after: source.text };
  }

  /** @throws Error whatever the library throws, for an alias that would lead nowhere and the like */
  #rewritten() {
    const document = this.source.document.clone();
    for (const operation of this.#operations) {
      const { path } = operation;
      if (operation.type === 'set') document.setIn(path, document.createNode(operation.value));
      else if (operation.type === 'remove') document.deleteIn(path);
      else if (operation.type === 'insert') {
        const list = document.getIn(path, true);
        if (!isSeq(list)) return undefined;
        const nodes = operation.items.map((item) => document.createNode(dataOf(item)));
        list.items.splice(operation.index, 0, ...nodes);
      } else {
        const map = document.getIn(path.slice(0, -1), true);
        const pair = isMap(map) && map.items.find((item) => keyText(item.key) === path.at(-1));
        if (!pair) return undefined;
        pair.key = new Scalar(operation.to);
      }
    }
    const after = document.toString({ lineWidth: 0 });
    return { changes: difference(this.source.text, after), after };
  }
}

function attempt<T>(way: () => T | undefined): T | undefined {
  try {
    return way();
  } catch (error) {
    if (error instanceof Unsupported || error instanceof RangeError || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

/** The last way goes through the library, which refuses what it cannot write with errors of any class. */
function tolerant<T>(way: () => T | undefined): T | undefined {
  try {
    return way();
  } catch {
    return undefined;
  }
}

/** The value at a path of plain data. */
export function at(value: Json | undefined, path: Path): Json | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (!Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, Json>)[key];
  }
  return current;
}

function model(root: Json, operation: Operation): void {
  const { path } = operation;
  if (operation.type === 'insert') {
    (at(root, path) as Json[]).splice(operation.index, 0, ...operation.items.map(dataOf));
    return;
  }
  const last = path.at(-1) as string | number;
  const parent = holder(root, path);
  if (operation.type === 'set') (parent as Record<string | number, Json>)[last] = operation.value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (operation.type === 'remove') delete parent[last];
  else {
    const entries = Object.entries(parent).map(
      ([key, value]) => [key === last ? operation.to : key, value] as const,
    );
    for (const key of Object.keys(parent)) delete parent[key];
    for (const [key, value] of entries) parent[key] = value;
  }
}

/** The container of the last key of `path`; made where it is missing. */
function holder(root: Json, path: Path): Container {
  let current = root as Container;
  path.slice(0, -1).forEach((key, index) => {
    const container = current as Record<string | number, Json>;
    const next = Object.hasOwn(container, key) ? container[key] : undefined;
    if (typeof next !== 'object' || next === null) {
      container[key] = typeof path[index + 1] === 'number' ? [] : {};
    }
    current = container[key] as Container;
  });
  return current;
}

function textOf(source: Source, operation: Operation): TextChange[] {
  const { path } = operation;
  if (operation.type === 'set') return setValue(source, path, operation.value);
  const parent = nodeAt(source, path.slice(0, -1));
  if (operation.type === 'insert') {
    const list = nodeAt(source, path);
    if (!isSeq(list)) return setValue(source, path, operation.items.map(dataOf));
    return insertItems(source, list, operation.index, operation.items, keyColumn(source, path));
  }
  if (!isMap(parent) && !isSeq(parent)) throw new Unsupported('nothing holds it');
  const last = path.at(-1);
  if (operation.type === 'remove') {
    const index = isSeq(parent)
      ? Number(last)
      : parent.items.findIndex((pair) => keyText(pair.key) === String(last));
    if (parent.items.length === 1) return emptyParent(source, path, isSeq(parent));
    return removeAt(source, parent, [index]);
  }
  if (!isMap(parent)) throw new Unsupported('an item has no name');
  const pair = parent.items.find((item) => keyText(item.key) === String(last));
  if (!pair) throw new Unsupported('a key that is not there');
  return renameKey(parent, pair, operation.to);
}

function keyColumn(source: Source, path: Path): number | undefined {
  const parent = nodeAt(source, path.slice(0, -1));
  if (!isMap(parent)) return 0;
  if (isFlow(parent)) return undefined;
  const pair = parent.items.find((item) => keyText(item.key) === String(path.at(-1)));
  return pair ? pairStart(pair) - (source.text.lastIndexOf('\n', pairStart(pair) - 1) + 1) : 0;
}

/** Taking the last entry leaves an empty container, written as such. */
function emptyParent(source: Source, path: Path, list: boolean): TextChange[] {
  return setValue(source, path.slice(0, -1), list ? [] : {});
}

import { isMap, isSeq, type Node } from 'yaml';
import type { KindInfo } from '#contract/workflows.ts';
import { resolve, type Schema, scalarText } from '../inspector/schema.ts';
import { workflowSchema } from '../inspector/stepSchemas.ts';
import { keyText, type Path, type Source } from '../document/Source.ts';
import { at } from '../document/Plan.ts';

/** The path of the key or value on whose text `offset` stands, as far as the text could be read. */
export function pathAt(source: Source, offset: number): Path {
  const path: (string | number)[] = [];
  let node: Node | null = source.document.contents as Node | null;
  for (;;) {
    if (isMap(node)) {
      const pair = node.items.findLast((each) => ((each.key as Node).range?.[0] ?? 0) <= offset);
      const key = pair && keyText(pair.key);
      if (!pair || key === null || key === undefined) return path;
      path.push(key);
      const value = pair.value as Node | null;
      if (!value?.range || offset < value.range[0]) return path;
      node = value;
    } else if (isSeq(node)) {
      const index = node.items.findLastIndex((each) => ((each as Node).range?.[0] ?? 0) <= offset);
      if (index === -1) return path;
      path.push(index);
      node = node.items[index] as Node;
    } else return path;
  }
}

/**
 * The path of the map that a new key in `column` on this line would belong to, read from
 * indentation alone: it must work on text that does not parse yet.
 */
export function parentPath(lines: readonly string[], row: number, column: number): Path {
  const path: (string | number)[] = [];
  let limit = column;
  // After a dash, the key of its list may stand in the same column as the dash.
  let dash: number | undefined;
  for (let at = row - 1; at >= 0 && (limit > 0 || dash !== undefined); at -= 1) {
    const line = lines[at] ?? '';
    const match = /^(\s*)((?:- +)*)([^\s#:'"-][^:#]*|"[^"]*"|'[^']*'):(?:\s|$)/.exec(line);
    if (!match) continue;
    const [, indent = '', marks = '', rawKey = ''] = match;
    const keyColumn = indent.length + marks.length;
    const isParent =
      dash === undefined
        ? keyColumn < limit
        : keyColumn <= dash && (marks === '' || indent.length < dash);
    if (isParent) {
      path.unshift(rawKey.replace(/^["']|["']$/g, ''));
      limit = keyColumn;
      dash = undefined;
    }
    if (marks !== '' && dash === undefined && indent.length < limit && keyColumn <= limit) {
      path.unshift(itemIndex(lines, at, indent.length));
      dash = indent.length;
      limit = indent.length;
    }
  }
  return path;
}

/** How many items of the same list stand above the one on `row`. */
function itemIndex(lines: readonly string[], row: number, indent: number): number {
  let count = 0;
  for (let at = row - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const own = line.length - line.trimStart().length;
    if (own === indent && line.trimStart().startsWith('-')) count += 1;
    else if (own <= indent && !line.trimStart().startsWith('-')) break;
  }
  return count;
}

function into(schema: Schema, key: string | number, root: Schema): Schema | undefined {
  const own = resolve(schema, root);
  if (typeof key === 'number') {
    if (own.items) return own.items;
  } else {
    const known = own.properties?.[key];
    if (known) return known;
    if (typeof own.additionalProperties === 'object') return own.additionalProperties;
  }
  for (const option of own.anyOf ?? own.oneOf ?? []) {
    const found = into(option, key, root);
    if (found) return found;
  }
  return undefined;
}

/** The schema at a path of the document, with each kind's own below `with`; and the root for its `$ref`. */
export function schemaAt(
  path: Path,
  uses: (path: Path) => string | undefined,
  kinds: ReadonlyMap<string, KindInfo>,
): { schema: Schema; root: Schema } | undefined {
  let schema: Schema | undefined = workflowSchema;
  let root: Schema = workflowSchema;
  for (let depth = 0; depth < path.length && schema; depth += 1) {
    const key = path[depth] as string | number;
    const owner = path.slice(0, depth);
    const kind = key === 'with' && depth >= 2 ? kinds.get(uses(owner) ?? '') : undefined;
    if (kind) {
      schema = kind.with as Schema;
      root = schema;
    } else schema = into(schema, key, root);
  }
  return schema && { schema: resolve(schema, root), root };
}

/** Reads which kind the step (or rollback) at a path uses. */
export function usesOf(source: Source) {
  return (path: Path): string | undefined => {
    const uses = at(source.value, [...path, 'uses']);
    return typeof uses === 'string' ? uses : undefined;
  };
}

/** The keys that may stand in a map of this schema. */
export function keysOf(schema: Schema, root: Schema): [string, Schema][] {
  const own = resolve(schema, root);
  const nested = [...(own.anyOf ?? []), ...(own.oneOf ?? [])];
  return [
    ...Object.entries(own.properties ?? {}).map(([key, each]): [string, Schema] => [
      key,
      resolve(each, root),
    ]),
    ...nested.flatMap((option) => keysOf(option, root)),
  ];
}

/** The values that a schema lists. */
export function valuesOf(schema: Schema, root: Schema): string[] {
  const own = resolve(schema, root);
  if (own.enum) return own.enum.map(scalarText);
  if (own.const !== undefined) return [scalarText(own.const)];
  if (own.type === 'boolean') return ['true', 'false'];
  return [...(own.anyOf ?? []), ...(own.oneOf ?? [])].flatMap((option) => valuesOf(option, root));
}

import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json } from '#contract/common.ts';

const OPTIONS = {
  lineWidth: 0,
  indent: 2,
  indentSeq: true,
  flowCollectionPadding: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** A short list of words or numbers reads better on one line: `[a, b]`. */
function isShortList(node: YAMLSeq): boolean {
  return (
    node.items.every(
      (item) =>
        isScalar(item) && (typeof item.value !== 'string' || /^[\w.:/-]{1,40}$/.test(item.value)),
    ) && node.items.reduce<number>((sum, item) => sum + String(item).length + 2, 0) <= 72
  );
}

function dress(root: Node, flow: boolean): void {
  visit(root, (key, node) => {
    if (isPair(node)) return;
    if (isSeq(node) && (flow || isShortList(node))) node.flow = true;
    if (isMap(node) && (flow || node.items.length === 0)) node.flow = true;
    if (isScalar(node) && typeof node.value === 'string' && key !== 'key') {
      const text = node.value;
      // Block scalars cannot hold these faithfully in every place where a step may stand.
      if (/\n[ \t]*\n$|\r|^[ \t\n]|[^\P{Cc}\n\t]/u.test(text)) node.type = Scalar.QUOTE_DOUBLE;
      else if (text.includes('\n')) node.type = flow ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
    }
  });
}

/** How a scalar was written, so that the new one is written alike. */
export type ScalarStyle = Pick<Scalar, 'type' | 'comment'>;

function nodeOf(value: Json, style: ScalarStyle | undefined, flow: boolean): Node {
  const node = new Document(value, { aliasDuplicateObjects: false }).contents as unknown as Node;
  dress(node, flow);
  if (style && isScalar(node) && typeof node.value === 'string') {
    const block = style.type === 'BLOCK_LITERAL' || style.type === 'BLOCK_FOLDED';
    if (block && node.value.trim() !== '' && node.type !== Scalar.QUOTE_DOUBLE) {
      node.type = style.type as typeof node.type;
      node.comment = style.comment;
    } else if (
      (style.type === 'QUOTE_DOUBLE' || style.type === 'QUOTE_SINGLE') &&
      !node.value.includes('\n')
    ) {
      node.type = style.type;
    }
  }
  return node;
}

/** Rendered value as it stands inside `[]` or `{}`, on one line. */
export function renderFlow(value: Json, style?: ScalarStyle): string {
  const node = nodeOf(value, style, true);
  const seq = new Document([]).contents as unknown as YAMLSeq;
  seq.items.push(node);
  seq.flow = true;
  return chomp(stringify(seq, OPTIONS)).slice(1, -1);
}

function indented(lines: string[], column: number): string {
  const prefix = ' '.repeat(column);
  return lines.map((line, index) => (index === 0 || line === '' ? line : prefix + line)).join('\n');
}

/** Cuts the one line ending that every rendered document ends with. */
function chomp(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/**
 * What follows `key:` of a map whose keys stand in `column`: ` value`, or a line ending and a
 * block. Without a line ending at its end.
 */
export function renderAfterKey(value: Json, column: number, style?: ScalarStyle): string {
  const map = new Document({ k: null }).contents as unknown as YAMLMap;
  map.set('k', nodeOf(value, style, false));
  return indented(chomp(stringify(map, OPTIONS)).slice(2).split('\n'), column);
}

/** What follows `-` of a list whose dashes stand in `column`. */
export function renderAfterDash(value: Json, column: number, style?: ScalarStyle): string {
  const seq = new Document([]).contents as unknown as YAMLSeq;
  seq.items.push(nodeOf(value, style, false));
  return indented(chomp(stringify(seq, OPTIONS)).slice(1).split('\n'), column);
}

/** A key as it must be written. */
export function renderKey(key: string): string {
  return chomp(stringify(key, OPTIONS));
}

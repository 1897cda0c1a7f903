import { isScalar, type Node } from 'yaml';
import type { Json } from '#contract/common.ts';
import { contentEnd, isJson, isUnwritten, native, Unsupported } from './layout.ts';
import { renderAfterDash, renderAfterKey, renderFlow } from './render.ts';
import { lineEnd, lineStart, type Path, type Source } from './Source.ts';
import type { TextChange } from './TextChange.ts';

/** Where a value stands: behind a key, behind a dash, or inside brackets. */
export interface Holder {
  source: Source;
  node: Node | null;
  path: Path;
  /** Offset after `:` or `-`. */
  after: number;
  /** Column of the key or dash. */
  column: number;
  kind: 'key' | 'dash' | 'flow';
}

/** The changes that put `value` in the place of what the holder has, comments kept. */
export function overwrite(holder: Holder, value: Json): TextChange[] {
  const { source, node, after, column } = holder;
  const style = node && isScalar(node) ? node : undefined;
  if (holder.kind === 'flow') {
    const [from, to] = node?.range ?? [0, 0];
    const json = source.text[from] === '"' || isJson(source);
    return [{ from, to, insert: json ? JSON.stringify(value) : renderFlow(value, style) }];
  }
  const render = holder.kind === 'key' ? renderAfterKey : renderAfterDash;
  const rendered = native(source, render(value, column, style));
  if (!node || isUnwritten(node)) return [write(source, after, after, rendered)];
  const start = node.range?.[0] ?? after;
  const header = sameHeader(source, start, rendered);
  if (style && header !== undefined) {
    const from = lineEnd(source.text, start);
    return [{ from, to: contentEnd(source, node), insert: header }];
  }
  const inline = lineEnd(source.text, after) >= start;
  if (inline && !/\n/.test(rendered)) {
    return [{ from: start, to: contentEnd(source, node), insert: rendered.slice(1) }];
  }
  // What is tagged or anchored keeps its mark; anything else between is white space or a comment.
  const between = source.text.slice(after, start).trim();
  if (between !== '' && !between.startsWith('#')) throw new Unsupported('a tagged value');
  if (!inline && source.text.slice(lineEnd(source.text, after), start).includes('#')) {
    return belowComments(holder, start, rendered, value);
  }
  return [write(source, after, contentEnd(source, node), rendered)];
}

/** Comments between a key and its block stay where they are. */
function belowComments(holder: Holder, start: number, block: string, value: Json): TextChange[] {
  const { source, after } = holder;
  const to = contentEnd(source, holder.node as Node);
  const line = lineStart(source.text, start);
  if (block.startsWith(source.newline)) {
    return [{ from: line, to, insert: block.slice(source.newline.length) }];
  }
  // A block of text would take the comments for its first lines; in quotes it stands before them.
  const rendered = block.includes('\n') ? ` ${JSON.stringify(value)}` : block;
  const cut = lineEnd(source.text, lineStart(source.text, line - 1));
  return [
    { from: after, to: after, insert: rendered },
    { from: cut, to: lineEnd(source.text, to), insert: '' },
  ];
}

/** The lines below a block scalar's `|` when the new one starts with the same mark, so that the header stays as written. */
function sameHeader(source: Source, start: number, rendered: string): string | undefined {
  const mark = /^[|>][-+\d]*/.exec(source.text.slice(start, start + 4))?.[0];
  const cut = rendered.indexOf(source.newline);
  if (mark === undefined || cut === -1) return undefined;
  return /^ ?[|>][-+\d]*/.exec(rendered)?.[0].trim() === mark ? rendered.slice(cut) : undefined;
}

/** Puts `rendered` in place and keeps a comment that stands on the first or last line of what it replaces. */
function write(source: Source, from: number, to: number, rendered: string): TextChange {
  const { text } = source;
  const head = /^[ \t]+(#.*)/.exec(
    text.slice(from, Math.min(lineEnd(text, from), Math.max(to, lineEnd(text, from)))),
  );
  const tailEnd = lineEnd(text, to);
  const tail = text[to - 1] === '\n' ? '' : text.slice(to, tailEnd).trim();
  const comment = head?.[1]?.trimEnd() ?? (tail.startsWith('#') ? tail : '');
  if (comment === '') {
    return { from, to: tail === '' && text[to - 1] !== '\n' ? tailEnd : to, insert: rendered };
  }
  const end = tail.startsWith('#') ? tailEnd : to;
  const kept =
    head && tail.startsWith('#') && head[1]?.trimEnd() !== tail ? `${comment} ${tail}` : comment;
  const cut = rendered.indexOf(source.newline);
  const first = cut === -1 ? rendered : rendered.slice(0, cut);
  const rest = cut === -1 ? '' : rendered.slice(cut);
  return { from, to: end, insert: `${first} ${kept}${rest}` };
}

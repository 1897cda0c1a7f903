import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorState } from '@codemirror/state';
import type { Tooltip } from '@codemirror/view';
import type { KindInfo } from '#contract/workflows.ts';
import { type ExpressionName, insideExpression, nameCompletions } from '../code/expression.ts';
import { bareKeys } from '../document/expressions.ts';
import type { Path } from '../document/Source.ts';
import { readSource } from '../document/Source.ts';
import type { EditorDocument } from '../store/EditorDocument.ts';
import { keysOf, parentPath, pathAt, schemaAt, usesOf, valuesOf } from './schemaAt.ts';

export interface YamlKnowledge {
  document: EditorDocument;
  kinds: () => ReadonlyMap<string, KindInfo>;
  names: () => readonly ExpressionName[];
}

/** The column in which the first key of a line stands, behind its dashes. */
function keyColumn(line: string): number {
  return /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
}

/**
 * Which kind the `with` above the line is for, read from the lines: the text need not parse. What
 * stands in another column belongs to another map, such as the one of a rollback.
 */
function usesInLines(lines: readonly string[], row: number) {
  return (path: Path): string | undefined => {
    if (path.length < 2) return undefined;
    let top = row;
    while (top > 0 && !/^\s*(?:- +)*with:/.test(lines[top] ?? '')) top -= 1;
    const column = keyColumn(lines[top] ?? '');
    for (const direction of [-1, 1]) {
      for (let at = top; at >= 0 && at < lines.length; at += direction) {
        const line = lines[at] ?? '';
        if (/^\s*(?:#|$)/.test(line)) continue;
        const own = keyColumn(line);
        const begins = /^\s*- /.test(line) && own <= column;
        if (own < column || (begins && direction === 1 && at !== top)) break;
        const match = /^\s*(?:- +)*uses:\s*["']?([\w.-]+)/.exec(line);
        if (match && own === column) return match[1];
        if (begins && direction === -1) break;
      }
    }
    return undefined;
  };
}

function keyOptions(
  path: Path,
  lines: string[],
  row: number,
  knowledge: YamlKnowledge,
): Completion[] {
  const found = schemaAt(path, usesInLines(lines, row), knowledge.kinds());
  if (!found) return [];
  return keysOf(found.schema, found.root).map(([key, schema]) => ({
    label: key,
    type: 'property',
    apply: schema.type === 'object' || schema.type === 'array' ? `${key}:` : `${key}: `,
    ...(schema.description ? { info: schema.description } : {}),
    ...(schema.title ? { detail: schema.title } : {}),
  }));
}

function valueOptions(
  path: Path,
  lines: string[],
  row: number,
  knowledge: YamlKnowledge,
): Completion[] {
  const key = path.at(-1);
  if (key === 'uses') {
    return [...knowledge.kinds().values()].map((kind) => ({
      label: kind.kind,
      detail: kind.title,
      info: kind.description,
      type: 'class',
    }));
  }
  if (key === 'needs' || key === 'goto') {
    return knowledge.document.state.graph.steps.map((step) => ({
      label: step.id,
      detail: step.name ?? '',
      type: 'variable',
    }));
  }
  const found = schemaAt(path, usesInLines(lines, row), knowledge.kinds());
  return found ? valuesOf(found.schema, found.root).map((label) => ({ label, type: 'enum' })) : [];
}

/** Whether the text ends inside of braces, as `{goto: ` does, and behind which key there; undefined outside. */
function insideBraces(text: string): { key?: string } | undefined {
  const open = Math.max(text.lastIndexOf('{'), text.lastIndexOf('['));
  if (text[open] !== '{' || text.lastIndexOf('}') > open) return undefined;
  const key = /[{,]\s*([\w-]+)\s*:\s*[^,]*$/.exec(text.slice(open))?.[1];
  return key === undefined ? {} : { key };
}

/** Whether the end of a line's text stands in a comment: a sign in quotes begins none. */
function inComment(before: string): boolean {
  return /(?:^|\s)#/.test(before.replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?/g, ''));
}

/** Completes keys, kinds, ids, listed values and names in expressions. */
export function completeYaml(knowledge: YamlKnowledge) {
  return (context: CompletionContext): CompletionResult | null => {
    const { state, pos } = context;
    const line = state.doc.lineAt(pos);
    const before = line.text.slice(0, pos - line.from);
    if (inComment(before)) return null;
    const head = /^(\s*(?:- +)*)([\w-]+)\s*:\s(.*)$/.exec(before);
    const bare = head && bareKeys.has(head[2] ?? '');
    if (insideExpression(before, before.length) || (bare && !before.includes('${{'))) {
      const word = context.matchBefore(/[\w.[\]]*$/);
      if (!word) return null;
      return {
        from: word.from,
        options: nameCompletions(knowledge.names()),
        validFor: /^[\w.[\]]*$/,
      };
    }
    const lines = state.doc.toString().split('\n');
    const row = line.number - 1;
    // Names of kinds have dots in them, listed values also slashes.
    const word = context.matchBefore(head ? /[\w./-]*$/ : /[\w-]*$/);
    if (!word || (word.from === word.to && !context.explicit && !/:\s$|[[,]\s?$/.test(before)))
      return null;
    if (head) {
      const path = [...parentPath(lines, row, (head[1] ?? '').length), head[2] ?? ''];
      const inner = insideBraces(head[3] ?? '');
      if (inner?.key === undefined && inner)
        return { from: word.from, options: keyOptions(path, lines, row, knowledge) };
      if (inner?.key !== undefined) path.push(inner.key);
      return { from: word.from, options: valueOptions(path, lines, row, knowledge) };
    }
    const key = /^(\s*(?:- +)*)[\w-]*$/.exec(before);
    if (!key) return null;
    const column = (key[1] ?? '').length;
    const dashed = (key[1] ?? '').includes('-');
    const parent = parentPath(lines, row, dashed ? (key[1] ?? '').indexOf('-') : column);
    const path = dashed ? [...parent, 0] : parent;
    const scalars = dashed ? valueOptions(parent, lines, row, knowledge) : [];
    return {
      from: word.from,
      options: [...keyOptions(path, lines, row, knowledge), ...scalars],
      validFor: /^[\w-]*$/,
    };
  };
}

/** What a key means, while the pointer rests on it. */
export function hoverYaml(knowledge: YamlKnowledge) {
  return (view: { state: EditorState }, pos: number): Tooltip | null => {
    const source = readSource(view.state.doc.toString());
    const path = pathAt(source, pos);
    const uses = usesOf(source);
    const last = path.at(-1);
    const kind = last === 'uses' ? knowledge.kinds().get(uses(path.slice(0, -1)) ?? '') : undefined;
    const found = schemaAt(path, uses, knowledge.kinds());
    const title = kind?.title ?? found?.schema.title ?? String(last ?? '');
    const text = kind?.description ?? found?.schema.description;
    if (text === undefined) return null;
    return {
      pos,
      above: true,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cm-completionInfo';
        const strong = document.createElement('strong');
        strong.textContent = title;
        const line = document.createElement('div');
        line.textContent = text;
        dom.append(strong, line);
        return { dom };
      },
    };
  };
}

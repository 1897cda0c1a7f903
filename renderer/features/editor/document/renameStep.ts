import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Json } from '#contract/common.ts';
import type { Command } from './commands.ts';
import { bareKeys, renameInText, type Root } from './expressions.ts';
import { readNeeds } from './graph.ts';
import { at, EditRefused, Plan } from './Plan.ts';
import { keyText, type Path, readSource, type Source } from './Source.ts';
import { findStep, graphOf, stepPath } from './steps.ts';
import { applyChanges, difference, sortChanges, type TextChange } from './TextChange.ts';

/** Gives a step another id, and follows it through `needs`, `goto`, expressions and the layout. */
export function renameStep(from: string, to: string): Command {
  return (source) => {
    const graph = graphOf(source);
    const step = findStep(graph, from);
    if (!step || from === to) return { changes: [] };
    if (findStep(graph, to)) throw new EditRefused('unsafe', `There is a step “${to}” already.`);
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(to)) {
      throw new EditRefused(
        'unsafe',
        'An id is a letter or underscore, then letters, digits, dashes and underscores.',
      );
    }
    const names = new Map([[from, to]]);
    // Expressions first, on the text as it was written; then the rest, on top of that.
    const changed = readSource(applyChanges(source.text, expressionChanges(source, names)));
    const plan = new Plan(changed);
    plan.set([...stepPath(step), 'id'], to);
    renameReferences(plan, names);
    plan.rename(['editor', 'positions', from], to);
    const after = applyChanges(changed.text, plan.changes());
    return { changes: difference(source.text, after), select: [to], renamed: [from, to] };
  };
}

/** Gives an input another name, and follows it through the expressions of the file. */
export function renameInput(from: string, to: string): Command {
  return (source) => {
    const names = new Map([[from, to]]);
    const text = applyChanges(source.text, expressionChanges(source, names, 'inputs'));
    const plan = new Plan(readSource(text)).rename(['inputs', from], to);
    return { changes: difference(source.text, applyChanges(text, plan.changes())) };
  };
}

/** Leads `needs` and `goto` of all steps to new ids. */
export function renameReferences(plan: Plan, names: ReadonlyMap<string, string>): void {
  for (const list of ['steps', 'on_failure']) {
    const steps = at(plan.value, [list]);
    if (!Array.isArray(steps)) continue;
    steps.forEach((_step, index) => {
      const path = [list, index, 'needs'];
      const needs = readNeeds(at(plan.value, path));
      needs?.forEach((id, place) => {
        const to = names.get(id);
        if (to === undefined) return;
        if (Array.isArray(at(plan.value, path))) plan.set([...path, place], to);
        else plan.set(path, to);
      });
      const target = at(plan.value, [list, index, 'on_error', 'goto']);
      const renamed = typeof target === 'string' ? names.get(target) : undefined;
      if (renamed !== undefined) plan.set([list, index, 'on_error', 'goto'], renamed);
    });
  }
}

/** Text changes that lead expressions to new ids without touching anything else of their scalars. */
export function expressionChanges(
  source: Source,
  names: ReadonlyMap<string, string>,
  root: Root = 'steps',
): TextChange[] {
  const changes: TextChange[] = [];
  const plan = new Plan(source);
  walk(source.document.contents as Node | null, [], (node, path) => {
    const value = node.value as string;
    const bare = bareKeys.has(String(path.at(-1)));
    const expected = renameInText(value, names, bare, root);
    if (expected === value || !node.range) return;
    const raw = source.text.slice(node.range[0], node.range[1]);
    const quoted = raw.startsWith('"');
    const written = quoted ? renameInJson(raw, expected) : renameRaw(raw, value, names, bare, root);
    if (written === undefined) plan.set(path, expected as Json);
    else changes.push({ from: node.range[0], to: node.range[1], insert: written });
  });
  const rest = plan.changes();
  if (rest.length === 0) return sortChanges(changes);
  // Both kinds stand in different scalars, so they cannot meet.
  return sortChanges([...changes, ...rest]);
}

/** Plain, single-quoted and block scalars show the expression as it is, but for doubled quotes. */
function renameRaw(
  raw: string,
  value: string,
  names: ReadonlyMap<string, string>,
  bare: boolean,
  root: Root,
): string | undefined {
  if (!raw.startsWith("'")) return renameInText(raw, names, bare, root);
  const inner = raw.slice(1, -1).replaceAll("''", "'");
  if (inner !== value) return undefined;
  return `'${renameInText(inner, names, bare, root).replaceAll("'", "''")}'`;
}

/** A double-quoted scalar on one line whose escapes are JSON's. */
function renameInJson(raw: string, expected: string): string | undefined {
  try {
    JSON.parse(raw);
  } catch {
    return undefined;
  }
  return JSON.stringify(expected);
}

type TextNode = Node & { value: unknown };

function walk(node: Node | null, path: Path, visit: (node: TextNode, path: Path) => void): void {
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = keyText(pair.key);
      if (key !== null) walk(pair.value as Node | null, [...path, key], visit);
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => walk(item as Node, [...path, index], visit));
  } else if (isScalar(node) && typeof node.value === 'string') {
    visit(node as TextNode, path);
  }
}

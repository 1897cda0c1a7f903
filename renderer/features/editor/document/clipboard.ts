import { z } from 'zod';
import { stepId } from '#contract/workflow.ts';
import type { Json } from '#contract/common.ts';
import type { Command } from './commands.ts';

import type { Graph, StepList } from './graph.ts';
import { expressionChanges, renameReferences } from './renameStep.ts';
import { at, Plan } from './Plan.ts';
import { renderAfterDash } from './render.ts';
import { readSource, type Source } from './Source.ts';

import { freshId, graphOf, type Wanted, wordNeeds } from './steps.ts';
import { stepYaml } from './stepPlaces.ts';
import { applyChanges } from './TextChange.ts';

/** What stands on the clipboard: versioned, and believed only after it was checked. */
const clipboard = z.strictObject({
  'nexus-clipboard': z.literal(1),
  steps: z
    .array(
      z.strictObject({
        id: stepId,
        /** The step's YAML, its first line as it follows the dash, the others indented by two or more. */
        yaml: z.string().max(200_000),
        after: z.array(z.string()).max(2000),
        position: z.tuple([z.number(), z.number()]).optional(),
      }),
    )
    .max(2000),
  notes: z
    .array(z.strictObject({ text: z.string().max(20_000), x: z.number(), y: z.number() }))
    .max(500),
});
export type Clipboard = z.infer<typeof clipboard>;

/** Steps and notes as text for the clipboard; `shown` tells where nodes without a place of their own are drawn. */
export function copy(
  source: Source,
  ids: readonly string[],
  notes: readonly string[],
  shown: Readonly<Record<string, [number, number]>> = {},
): string {
  const graph = graphOf(source);
  const value: Clipboard = {
    'nexus-clipboard': 1,
    steps: graph.steps
      .filter((step) => ids.includes(step.id) && !step.id.startsWith('?'))
      .map((step) => ({
        id: step.id,
        yaml:
          stepYaml(source, step) ?? plainYaml(at(source.value ?? null, [step.list, step.index])),
        after: step.after,
        ...place(own(graph.positions, step.id) ?? own(shown, step.id)),
      })),
    notes: graph.notes
      .filter((note) => notes.includes(note.id))
      .map(({ text, x, y }) => ({ text, x, y })),
  };
  return JSON.stringify(value);
}

function own(places: Readonly<Record<string, [number, number]>>, id: string) {
  return Object.hasOwn(places, id) ? places[id] : undefined;
}

function place(position: [number, number] | undefined) {
  return position ? { position } : {};
}

/** Data as lines that stand behind a dash. */
function plainYaml(value: Json | undefined): string {
  return renderAfterDash(value ?? {}, 0).trimStart();
}

/** What the clipboard's text holds, or undefined when it is not ours or not whole. */
export function readClipboard(text: string): Clipboard | undefined {
  if (!text.includes('nexus-clipboard') || text.length > 5_000_000) return undefined;
  try {
    const read = clipboard.parse(JSON.parse(text));
    const whole = read.steps.every((step) => {
      const source = readSource(`- ${step.yaml}\n`);
      if (source.errors.length > 0 || !Array.isArray(source.value)) return false;
      const [value] = source.value;
      if (source.value.length !== 1) return false;
      return (
        typeof value === 'object' && value !== null && !Array.isArray(value) && value.id === step.id
      );
    });
    return whole ? read : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Puts copied steps into the document, with fresh ids that the copies use among themselves. What a
 * copied step waited for outside the copy stays where the document has such a step, unless
 * `foreign`: another workflow's ids mean nothing here.
 */
export function paste(
  content: Clipboard,
  options: {
    at?: [number, number];
    offset?: [number, number];
    foreign?: boolean;
    list?: StepList;
  } = {},
): Command {
  return (source) => {
    const graph = graphOf(source);
    const list = options.list ?? 'steps';
    const names = freshNames(graph, content);
    const prepared = prepare(content, names);
    const siblings = graph.steps.filter((step) => step.list === list);
    const known = new Set(options.foreign ? [] : siblings.map((step) => step.id));
    const order: Wanted[] = siblings.map((step) => ({
      id: step.id,
      written: step.needs,
      after: step.after,
    }));
    for (const step of content.steps) {
      const after = step.after.flatMap((id) => names.get(id) ?? (known.has(id) ? [id] : []));
      order.push({
        id: names.get(step.id) ?? step.id,
        written: undefined,
        after: [...new Set(after)],
      });
    }
    const words = wordNeeds(order).slice(siblings.length);
    const plan = new Plan(source);
    plan.insert(
      [list],
      siblings.length,
      prepared.map((yaml, index) => withNeeds(yaml, words[index])),
    );
    const move = shift(content, options);
    for (const step of content.steps) {
      const id = names.get(step.id) ?? step.id;
      if (step.position && (options.at || own(graph.positions, step.id) || options.offset)) {
        plan.set(['editor', 'positions', id], move(step.position));
      }
    }
    const notes = addNotes(plan, graph, content, move);
    return { changes: plan.changes(), select: [...names.values(), ...notes] };
  };
}

function freshNames(graph: Graph, content: Clipboard): Map<string, string> {
  const taken = new Set(graph.steps.map((step) => step.id));
  const names = new Map<string, string>();
  for (const step of content.steps) {
    const id = freshId(taken, step.id);
    taken.add(id);
    names.set(step.id, id);
  }
  return names;
}

/** The copied steps' YAML with their new ids in place. */
function prepare(content: Clipboard, names: ReadonlyMap<string, string>): string[] {
  return content.steps.map((step) => {
    const source = readSource(`steps:\n- ${step.yaml}\n`);
    const changed = readSource(applyChanges(source.text, expressionChanges(source, names)));
    const plan = new Plan(changed).set(['steps', 0, 'id'], names.get(step.id) ?? step.id);
    renameReferences(plan, names);
    return applyChanges(changed.text, plan.changes())
      .slice('steps:\n- '.length)
      .replace(/[ \t\r\n]+$/, '');
  });
}

function withNeeds(yaml: string, needs: string[] | undefined): { yaml: string } {
  const source = readSource(`steps:\n- ${yaml}\n`);
  const plan = new Plan(source);
  if (needs === undefined) plan.remove(['steps', 0, 'needs']);
  else plan.set(['steps', 0, 'needs'], needs);
  return {
    yaml: applyChanges(source.text, plan.changes())
      .slice('steps:\n- '.length)
      .replace(/[ \t\r\n]+$/, ''),
  };
}

function shift(content: Clipboard, options: { at?: [number, number]; offset?: [number, number] }) {
  const all = [
    ...content.steps.flatMap((step) => (step.position ? [step.position] : [])),
    ...content.notes.map((note): [number, number] => [note.x, note.y]),
  ];
  const left = Math.min(...all.map(([x]) => x));
  const top = Math.min(...all.map(([, y]) => y));
  const [dx, dy] = options.at
    ? [options.at[0] - left, options.at[1] - top]
    : (options.offset ?? [40, 40]);
  return ([x, y]: [number, number]): [number, number] => [
    Math.round(x + dx) + 0,
    Math.round(y + dy) + 0,
  ];
}

function addNotes(
  plan: Plan,
  graph: Graph,
  content: Clipboard,
  move: (position: [number, number]) => [number, number],
): string[] {
  const taken = new Set(graph.notes.map((note) => note.id));
  const fresh = content.notes.map((note) => {
    const id = freshId(taken, 'note');
    taken.add(id);
    const [x, y] = move([note.x, note.y]);
    return { id, text: note.text, x, y };
  });
  plan.insert(['editor', 'notes'], graph.notes.length, fresh);
  return fresh.map((note) => `note:${note.id}`);
}

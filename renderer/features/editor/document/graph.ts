import type { Json } from '#contract/common.ts';
import type { Source } from './Source.ts';

/** Which list of the document a step stands in. */
export type StepList = 'steps' | 'on_failure';

/** A step as the canvas sees it. */
export interface GraphStep {
  /** The step's id; `?3` for the third step when it has none or one that is taken. */
  id: string;
  list: StepList;
  index: number;
  name: string | undefined;
  uses: string;
  /** As written; undefined where the step follows the one before. */
  needs: string[] | undefined;
  /** What the step waits for, all in all. */
  after: string[];
  condition: string | undefined;
  foreach: boolean;
  retry: boolean;
  rollback: boolean;
  note: string | undefined;
  goto: string | undefined;
  continues: boolean;
  /** The step's `with`. */
  with: { [key: string]: Json };
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  kind: 'needs' | 'goto';
  /** Not written in the file: the step follows the one before. */
  implicit: boolean;
}

export interface GraphNote {
  id: string;
  text: string;
  x: number;
  y: number;
  width: number | undefined;
  height: number | undefined;
}

export interface Graph {
  name: string;
  steps: GraphStep[];
  edges: GraphEdge[];
  positions: Record<string, [number, number]>;
  notes: GraphNote[];
}

export const emptyGraph: Graph = { name: '', steps: [], edges: [], positions: {}, notes: [] };

type Record_ = { [key: string]: Json };

function record(value: Json | undefined): Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function text(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** `needs` as written: a word, a list, or nothing. */
export function readNeeds(value: Json | undefined): string[] | undefined {
  if (Array.isArray(value)) return value.map((item) => text(item) ?? '').filter((id) => id !== '');
  const one = text(value);
  return one === undefined ? undefined : [one];
}

function readStep(
  list: StepList,
  raw: Json,
  index: number,
  id: string,
  before: string[],
): GraphStep {
  const value = record(raw);
  const needs = readNeeds(value.needs);
  const onError = value.on_error;
  return {
    id,
    list,
    index,
    name: text(value.name),
    uses: text(value.uses) ?? '',
    needs,
    after: [...new Set(needs ?? before)],
    condition: text(value.if),
    foreach: value.foreach !== undefined,
    retry: value.retry !== undefined,
    rollback: value.rollback !== undefined,
    note: text(value.note),
    goto: text(record(onError).goto),
    continues: onError === 'continue',
    with: record(value.with),
  };
}

function readSteps(root: Record_, list: StepList, taken: Set<string>): GraphStep[] {
  const raw = root[list];
  if (!Array.isArray(raw)) return [];
  const steps: GraphStep[] = [];
  raw.forEach((item, index) => {
    const own = text(record(item).id);
    const id = own === undefined || own === '' || taken.has(own) ? `?${list[0]}${index + 1}` : own;
    taken.add(id);
    const previous = steps.at(-1);
    steps.push(readStep(list, item, index, id, previous ? [previous.id] : []));
  });
  return steps;
}

function readEdges(steps: readonly GraphStep[]): GraphEdge[] {
  const known = new Set(steps.map((step) => step.id));
  return steps.flatMap((step) => {
    const edges: GraphEdge[] = step.after
      .filter((id) => known.has(id))
      .map((id) => ({
        id: `${id}>${step.id}`,
        source: id,
        target: step.id,
        kind: 'needs' as const,
        implicit: step.needs === undefined,
      }));
    if (step.goto !== undefined && known.has(step.goto)) {
      edges.push({
        id: `${step.id}!${step.goto}`,
        source: step.id,
        target: step.goto,
        kind: 'goto',
        implicit: false,
      });
    }
    return edges;
  });
}

function readNotes(editor: Record_): GraphNote[] {
  if (!Array.isArray(editor.notes)) return [];
  return editor.notes.flatMap((raw, index) => {
    const note = record(raw);
    const number = (value: Json | undefined) => (typeof value === 'number' ? value : undefined);
    return [
      {
        id: text(note.id) ?? `note-${index}`,
        text: text(note.text) ?? '',
        x: number(note.x) ?? 0,
        y: number(note.y) ?? 0,
        width: number(note.width),
        height: number(note.height),
      },
    ];
  });
}

function readPositions(editor: Record_): Graph['positions'] {
  return Object.fromEntries(
    Object.entries(record(editor.positions)).flatMap(([id, value]) =>
      Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number'
        ? [[id, [value[0], value[1]] as [number, number]]]
        : [],
    ),
  );
}

/**
 * The graph that the text describes. Tolerant: what is missing or of the wrong shape is left out,
 * so that a half-written file still draws; undefined when the text does not parse as YAML.
 */
export function deriveGraph(source: Source): Graph | undefined {
  if (source.errors.length > 0) return undefined;
  const root = record(source.value ?? {});
  const taken = new Set<string>();
  const steps = [...readSteps(root, 'steps', taken), ...readSteps(root, 'on_failure', taken)];
  const editor = record(root.editor);
  return {
    name: text(root.name) ?? '',
    steps,
    edges: readEdges(steps),
    positions: readPositions(editor),
    notes: readNotes(editor),
  };
}

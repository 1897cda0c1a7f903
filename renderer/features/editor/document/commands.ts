import type { Json } from '#contract/common.ts';
import type { Graph, GraphStep, StepList } from './graph.ts';
import { EditRefused, Plan } from './Plan.ts';
import type { Path, Source } from './Source.ts';
import {
  findStep,
  freshId,
  graphOf,
  reaches,
  stepPath,
  type Wanted,
  wordNeeds,
  writeNeeds,
} from './steps.ts';
import type { TextChange } from './TextChange.ts';

/** What a canvas edit does to the text; `select` names the steps to select afterwards. */
export interface Outcome {
  changes: TextChange[];
  select?: string[];
  /** The step that gets another id: from, to. */
  renamed?: readonly [from: string, to: string];
}

/** A gesture of the person, as a function of the document as it is. @throws EditRefused */
export type Command = (source: Source) => Outcome;

/** A plan of changes and the graph they start from. @throws EditRefused when the text does not parse */
export function begin(source: Source): { plan: Plan; graph: Graph } {
  return { plan: new Plan(source), graph: graphOf(source) };
}

function need(graph: Graph, id: string): GraphStep {
  const step = findStep(graph, id);
  if (!step) throw new EditRefused('unsafe', `There is no step “${id}” any more.`);
  return step;
}

function wanted(step: GraphStep, after: string[] = step.after): Wanted {
  return { id: step.id, written: step.needs, after };
}

/** Where a new step goes. */
export type Place =
  | { after: string }
  | { between: [source: string, target: string] }
  /** On its own: starts at once. */
  | { list: StepList };

export interface NewStep {
  uses: string;
  id?: string;
  name?: string;
  with?: { [key: string]: Json };
  position?: [number, number];
}

/** Adds a step: behind another as a branch of its own, between two that are connected, or free. */
export function addStep(step: NewStep, place: Place): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    const taken = new Set(graph.steps.map((each) => each.id));
    const id = freshId(taken, step.id ?? step.uses);
    const spot = locate(graph, place);
    const siblings = graph.steps.filter((each) => each.list === spot.list);
    const fresh: Wanted = { id, written: undefined, after: spot.after };
    const order = siblings.map((each) =>
      each.id === spot.retarget?.target
        ? wanted(
            each,
            each.after.map((other) => (other === spot.retarget?.source ? id : other)),
          )
        : wanted(each),
    );
    order.splice(spot.index, 0, fresh);
    const words = wordNeeds(order);
    siblings.forEach((each, index) => {
      writeNeeds(plan, stepPath(each), each, words[index < spot.index ? index : index + 1]);
    });
    const needs = words[spot.index];
    const value: { [key: string]: Json } = { id };
    if (step.name !== undefined) value.name = step.name;
    value.uses = step.uses;
    if (needs !== undefined) value.needs = needs;
    if (step.with && Object.keys(step.with).length > 0) value.with = step.with;
    plan.insert([spot.list], spot.index, [value]);
    if (step.position) plan.set(['editor', 'positions', id], rounded(step.position));
    return { changes: plan.changes(), select: [id] };
  };
}

interface Spot {
  list: StepList;
  index: number;
  after: string[];
  retarget?: { source: string; target: string };
}

function locate(graph: Graph, place: Place): Spot {
  if ('list' in place) {
    const siblings = graph.steps.filter((each) => each.list === place.list);
    return { list: place.list, index: siblings.length, after: [] };
  }
  if ('after' in place) {
    const step = need(graph, place.after);
    return { list: step.list, index: step.index + 1, after: [step.id] };
  }
  const [from, to] = place.between;
  const target = need(graph, to);
  return {
    list: target.list,
    index: target.index,
    after: [need(graph, from).id],
    retarget: { source: from, target: to },
  };
}

/** Deletes steps. What followed them follows what they followed, unless `rewire` is false. */
export function deleteSteps(ids: readonly string[], rewire = true): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    const gone = new Set(ids);
    const bridged = (id: string, seen: Set<string>): string[] => {
      if (!gone.has(id)) return [id];
      if (!rewire || seen.has(id)) return [];
      seen.add(id);
      return (findStep(graph, id)?.after ?? []).flatMap((each) => bridged(each, seen));
    };
    for (const list of ['steps', 'on_failure'] as const) {
      const staying = graph.steps.filter((each) => each.list === list && !gone.has(each.id));
      const words = wordNeeds(
        staying.map((each) =>
          wanted(each, [...new Set(each.after.flatMap((id) => bridged(id, new Set())))]),
        ),
      );
      staying.forEach((each, index) => {
        writeNeeds(plan, stepPath(each), each, words[index]);
        if (each.goto !== undefined && gone.has(each.goto)) {
          plan.remove([...stepPath(each), 'on_error']);
        }
      });
    }
    forgetPlaces(plan, graph, gone);
    const leaving = graph.steps.filter((each) => gone.has(each.id));
    for (const step of leaving.toSorted((a, b) => b.index - a.index)) plan.remove(stepPath(step));
    return { changes: plan.changes(), select: [] };
  };
}

function forgetPlaces(plan: Plan, graph: Graph, gone: ReadonlySet<string>): void {
  const placed = Object.keys(graph.positions);
  if (placed.length > 0 && placed.every((id) => gone.has(id))) {
    plan.remove(['editor', 'positions'], 0);
    return;
  }
  for (const id of placed) if (gone.has(id)) plan.remove(['editor', 'positions', id]);
}

/** Lets `target` wait for `source`. */
export function connect(source: string, target: string): Command {
  return (text) => {
    const { graph } = begin(text);
    const step = need(graph, target);
    if (step.after.includes(source)) return { changes: [] };
    return rewire(text, target, [...step.after, need(graph, source).id]);
  };
}

/** `target` no longer waits for `source`. */
export function disconnect(source: string, target: string): Command {
  return (text) => {
    const step = need(begin(text).graph, target);
    return rewire(
      text,
      target,
      step.after.filter((id) => id !== source),
    );
  };
}

/** Moves one end of a connection. */
export function reconnect(
  old: { source: string; target: string },
  now: { source: string; target: string },
): Command {
  return (text) => {
    const { plan, graph } = begin(text);
    const before = need(graph, old.target);
    if (old.target === now.target) {
      const after = before.after.map((id) => (id === old.source ? now.source : id));
      return rewire(text, now.target, [...new Set(after)]);
    }
    const target = need(graph, now.target);
    refuseCycle(graph, now.source, now.target);
    const left = before.after.filter((id) => id !== old.source);
    const right = [...new Set([...target.after, now.source])];
    applyWords(
      plan,
      graph,
      new Map([
        [before.id, left],
        [target.id, right],
      ]),
    );
    return { changes: plan.changes() };
  };
}

/** Sets all that a step waits for. */
export function setNeeds(id: string, after: readonly string[]): Command {
  return (source) => rewire(source, id, [...new Set(after)]);
}

function refuseCycle(graph: Graph, source: string, target: string): void {
  if (reaches(graph, target, source)) {
    throw new EditRefused('unsafe', `“${source}” already waits for “${target}”.`);
  }
  if (need(graph, source).list !== need(graph, target).list) {
    throw new EditRefused('unsafe', 'Steps that run on failure cannot wait for the others.');
  }
}

function rewire(source: Source, id: string, after: string[]): Outcome {
  const { plan, graph } = begin(source);
  const step = need(graph, id);
  for (const other of after) {
    if (!step.after.includes(other)) refuseCycle(graph, other, id);
  }
  applyWords(plan, graph, new Map([[id, after]]));
  return { changes: plan.changes() };
}

function applyWords(plan: Plan, graph: Graph, wishes: ReadonlyMap<string, string[]>): void {
  for (const list of ['steps', 'on_failure'] as const) {
    const siblings = graph.steps.filter((each) => each.list === list);
    const words = wordNeeds(
      siblings.map((each) => wanted(each, wishes.get(each.id) ?? each.after)),
    );
    siblings.forEach((each, index) => {
      if (wishes.has(each.id)) writeNeeds(plan, stepPath(each), each, words[index]);
    });
  }
}

/** Sets something of a step, e.g. `['with', 'script']`; undefined takes it out. */
export function setStep(id: string, path: Path, value: Json | undefined): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    const base = stepPath(need(graph, id));
    if (value === undefined) plan.remove([...base, ...path], 2);
    else plan.set([...base, ...path], value);
    return { changes: plan.changes() };
  };
}

/** Sets something of the workflow itself; undefined takes it out, with what it leaves empty. */
export function setWorkflow(path: Path, value: Json | undefined): Command {
  return (source) => {
    const { plan } = begin(source);
    if (value === undefined) plan.remove(path, 0);
    else plan.set(path, value);
    return { changes: plan.changes() };
  };
}

function rounded([x, y]: readonly [number, number]): [number, number] {
  // A drag to the left of zero rounds to minus zero, which no file should say.
  return [Math.round(x) + 0, Math.round(y) + 0];
}

/** Keeps where the person put steps. */
export function moveSteps(positions: Readonly<Record<string, [number, number]>>): Command {
  return (source) => {
    const { plan } = begin(source);
    for (const [id, position] of Object.entries(positions)) {
      plan.set(['editor', 'positions', id], rounded(position));
    }
    return { changes: plan.changes() };
  };
}

/** Forgets all places, so that the layout decides. */
export function forgetPositions(): Command {
  return (source) => ({ changes: begin(source).plan.remove(['editor', 'positions'], 0).changes() });
}

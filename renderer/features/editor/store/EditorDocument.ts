import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '#contract/common.ts';
import type { Problem } from '#contract/errors.ts';
import type { Command, Outcome } from '../document/commands.ts';
import { deriveGraph, emptyGraph, type Graph, type GraphStep } from '../document/graph.ts';
import { type Gesture, type History, newHistory, record, redo, undo } from '../document/history.ts';
import { EditRefused } from '../document/Plan.ts';
import { renameStep } from '../document/renameStep.ts';
import { readSource, type Source } from '../document/Source.ts';
import { stepAt } from '../document/stepPlaces.ts';
import { applyChanges, difference, type TextChange } from '../document/TextChange.ts';
import { displacedPins, type Pins, pinsBack, pinsForth } from './pins.ts';

/** Prefix of a note's id among what can be selected. */
export const NOTE = 'note:';

export interface EditorState {
  name: string;
  readOnly: boolean;
  history: History;
  source: Source;
  /** What the text describes; the last good graph while the text is broken. */
  graph: Graph;
  /** The text does not parse; the canvas shows what was. */
  stale: boolean;
  steps: ReadonlyMap<string, GraphStep>;
  /** Ids of steps, and of notes with {@link NOTE} before them. */
  selection: readonly string[];
  /** The last saved text and its hash. */
  base: { text: string; hash: string | undefined };
  /** What the platform says about the text. */
  checked: { text: string; problems: readonly Problem[] };
  problems: readonly Problem[];
  problemsOf: ReadonlyMap<string, readonly Problem[]>;
  /** Why the last edit was refused. */
  refused: { message: string; at: number } | undefined;
  /** Outputs that runs started here take instead of running the step. */
  pins: Pins;
  /** Asks the canvas or the YAML pane to show what was selected elsewhere. */
  reveal: { by: 'canvas' | 'yaml' | 'list'; at: number; offset?: number };
}

function problemsFrom(state: Pick<EditorState, 'source' | 'checked'>): readonly Problem[] {
  if (state.source.errors.length > 0) {
    return state.source.errors.map((error) => ({
      code: 'yaml.syntax',
      message: error.message,
      severity: 'error' as const,
      line: error.line,
      column: error.column,
    }));
  }
  return state.checked.problems;
}

function byStep(problems: readonly Problem[], graph: Graph): EditorState['problemsOf'] {
  const result = new Map<string, Problem[]>();
  for (const problem of problems) {
    const [list, index] = problem.path ?? [];
    const step =
      graph.steps.find((each) => each.list === list && each.index === index) ??
      graph.steps.find((each) => each.id === problem.step);
    if (step) result.set(step.id, [...(result.get(step.id) ?? []), problem]);
  }
  return result;
}

function derive(state: EditorState, history: History): EditorState {
  const source = readSource(history.text);
  const read = deriveGraph(source);
  const graph = read ?? state.graph;
  const steps = read ? new Map(graph.steps.map((step) => [step.id, step])) : state.steps;
  const problems = problemsFrom({ source, checked: state.checked });
  const known = (id: string) =>
    id.startsWith(NOTE) ? graph.notes.some((note) => NOTE + note.id === id) : steps.has(id);
  return {
    ...state,
    history,
    source,
    graph,
    stale: read === undefined,
    steps,
    problems,
    problemsOf: byStep(problems, graph),
    selection: state.selection.every(known) ? state.selection : state.selection.filter(known),
  };
}

/** Joins what is typed in the YAML pane. */
const TYPED = 'yaml';

/** What is kept of a command's outcome; `select` undefined where the selection stays. */
type Committed = Omit<Outcome, 'select'> & { select?: string[] | undefined };

/** One opened workflow: its text, what was read from it, and what was done to it. */
export class EditorDocument {
  readonly store: StoreApi<EditorState>;

  constructor(name: string, text: string, options: { hash?: string; readOnly?: boolean } = {}) {
    const source = readSource(text);
    const empty: EditorState = {
      name,
      readOnly: options.readOnly ?? false,
      history: newHistory(text),
      source,
      graph: emptyGraph,
      stale: false,
      steps: new Map(),
      selection: [],
      base: { text, hash: options.hash },
      checked: { text: '', problems: [] },
      problems: [],
      problemsOf: new Map(),
      refused: undefined,
      pins: {},
      reveal: { by: 'list', at: 0 },
    };
    this.store = createStore<EditorState>(() => derive(empty, empty.history));
  }

  get state(): EditorState {
    return this.store.getState();
  }

  get text(): string {
    return this.state.history.text;
  }

  /** Does a gesture. A refused one changes nothing and says why in `refused`; answers whether it was done. */
  run(command: Command, options: { key?: string; select?: boolean } = {}): boolean {
    if (this.state.readOnly) return false;
    try {
      const outcome = command(this.state.source);
      const select = options.select === false ? undefined : outcome.select;
      this.#commit({ ...outcome, select }, options.key);
      if (select) this.select(select);
      return true;
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      this.store.setState({ refused: { message: error.message, at: Date.now() } });
      return false;
    }
  }

  /** Gives a step another id; what is pinned to it goes along, there and back. A refused name changes nothing. */
  rename(from: string, to: string): boolean {
    return this.run(renameStep(from, to));
  }

  /** What was typed in the YAML pane. */
  type(changes: TextChange[]): void {
    if (!this.state.readOnly) this.#commit({ changes }, TYPED);
  }

  #commit(outcome: Committed, key?: string): void {
    if (outcome.changes.length === 0) return;
    const { state } = this;
    const text = applyChanges(state.history.text, outcome.changes);
    const after = derive({ ...state, refused: undefined }, { ...state.history, text });
    const gesture: Gesture = {
      selection: state.selection,
      selects: outcome.select,
      renamed: outcome.renamed,
      // While an id is typed letter by letter its step comes and goes.
      displaced: key === TYPED ? {} : displacedPins(state.pins, state.steps, after.steps),
    };
    const history = record(state.history, outcome.changes, Date.now(), {
      ...gesture,
      ...(key === undefined ? {} : { key }),
    });
    this.store.setState({ ...after, history, pins: pinsForth(state.pins, gesture) });
  }

  /** One gesture back: the text, what was selected, and where outputs are pinned. */
  undo(): void {
    const gesture = this.state.history.past.at(-1);
    if (gesture) this.#travel(undo, gesture.selection, pinsBack(this.state.pins, gesture));
  }

  /** One gesture forth again. */
  redo(): void {
    const gesture = this.state.history.future.at(-1);
    if (gesture) this.#travel(redo, gesture.selects, pinsForth(this.state.pins, gesture));
  }

  #travel(
    way: (history: History) => History,
    selection: readonly string[] | undefined,
    pins: Pins,
  ): void {
    const { state } = this;
    if (state.readOnly) return;
    const kept = { ...state, refused: undefined, pins, selection: selection ?? state.selection };
    this.store.setState(derive(kept, way(state.history)));
  }

  select(
    ids: readonly string[],
    by: EditorState['reveal']['by'] = 'canvas',
    offset?: number,
  ): void {
    this.store.setState((state) => {
      const same =
        ids.length === state.selection.length && ids.every((id, at) => state.selection[at] === id);
      return {
        selection: same ? state.selection : ids,
        reveal: { by, at: state.reveal.at + 1, ...(offset === undefined ? {} : { offset }) },
      };
    });
  }

  /** Selects the step on whose lines the cursor of the YAML pane stands. */
  selectAt(offset: number): void {
    const { source, graph, selection } = this.state;
    const step = stepAt(source, graph.steps, offset);
    const ids = step ? [step.id] : [];
    if (selection.length !== ids.length || selection[0] !== ids[0])
      this.select(ids, 'yaml', offset);
  }

  /** What the platform found in `text`; shown until the next text has been checked. */
  check(text: string, problems: readonly Problem[]): void {
    this.store.setState((state) => {
      const checked = { text, problems };
      const all = problemsFrom({ source: state.source, checked });
      return { checked, problems: all, problemsOf: byStep(all, state.graph) };
    });
  }

  /** The text is on disk. */
  saved(text: string, hash: string | undefined): void {
    this.store.setState({ base: { text, hash } });
  }

  /** Takes another text over, as one gesture that can be undone; where nothing was done yet, there is nothing to undo. */
  replace(text: string, hash: string | undefined): void {
    const { past, future } = this.state.history;
    if (past.length + future.length > 0) this.#commit({ changes: difference(this.text, text) });
    else this.store.setState((state) => derive(state, newHistory(text)));
    this.saved(text, hash);
  }

  pin(step: string, outputs: Json | undefined): void {
    this.store.setState((state) => {
      const others = Object.entries(state.pins).filter(([id]) => id !== step);
      const pinned = outputs === undefined ? others : [...others, [step, outputs] as const];
      return { pins: Object.fromEntries(pinned) };
    });
  }
}

/** Whether there is anything to save. */
export function isDirty(state: EditorState): boolean {
  return state.history.text !== state.base.text;
}

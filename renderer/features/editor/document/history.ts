import type { Json } from '#contract/common.ts';
import type { TextChange } from './TextChange.ts';
import { applyChanges, invertChanges } from './TextChange.ts';

/** What a gesture was besides its text: what goes back and forth with it. */
export interface Gesture {
  /** What was selected before, to be selected again on undo. */
  selection: readonly string[];
  /** What is selected afterwards, to be selected again on redo; undefined leaves it. */
  selects?: readonly string[] | undefined;
  /** The step that got another id: from, to. */
  renamed?: readonly [from: string, to: string] | undefined;
  /** Pins of steps that were gone already, and whose ids this gesture gives to others. */
  displaced?: Readonly<Record<string, Json>> | undefined;
}

interface Entry extends Gesture {
  forward: TextChange[][];
  /** Undoes `forward`, to be applied in this order. */
  backward: TextChange[][];
  key: string | undefined;
  at: number;
}

/** The text with what was done to it. Immutable. */
export interface History {
  text: string;
  past: readonly Entry[];
  future: readonly Entry[];
}

/** Typing into one field within this many ms is one step back. */
export const COALESCE_MS = 1_000;
const LIMIT = 500;

export function newHistory(text: string): History {
  return { text, past: [], future: [] };
}

/**
 * Applies one gesture. Gestures with the same `key` that follow each other within
 * {@link COALESCE_MS} become one entry: that is typing.
 * @param now ms since the epoch.
 */
export function record(
  history: History,
  changes: TextChange[],
  now: number,
  options: { key?: string } & Partial<Gesture> = {},
): History {
  if (changes.length === 0) return history;
  const text = applyChanges(history.text, changes);
  const back = invertChanges(history.text, changes);
  const last = history.past.at(-1);
  const joins =
    last !== undefined &&
    options.key !== undefined &&
    last.key === options.key &&
    history.future.length === 0 &&
    now - last.at <= COALESCE_MS;
  const entry: Entry = joins
    ? {
        ...last,
        forward: [...last.forward, changes],
        backward: [back, ...last.backward],
        at: now,
      }
    : {
        forward: [changes],
        backward: [back],
        selection: options.selection ?? [],
        selects: options.selects,
        renamed: options.renamed,
        displaced: options.displaced,
        key: options.key,
        at: now,
      };
  const past = joins ? history.past.slice(0, -1) : history.past;
  return { text, past: [...past, entry].slice(-LIMIT), future: [] };
}

function run(text: string, steps: readonly TextChange[][]): string {
  return steps.reduce((current, changes) => applyChanges(current, changes), text);
}

/** One gesture back; the same history when there is none. */
export function undo(history: History): History {
  const entry = history.past.at(-1);
  if (!entry) return history;
  return {
    text: run(history.text, entry.backward),
    past: history.past.slice(0, -1),
    future: [...history.future, entry],
  };
}

/** One gesture forth again. */
export function redo(history: History): History {
  const entry = history.future.at(-1);
  if (!entry) return history;
  return {
    text: run(history.text, entry.forward),
    past: [...history.past, { ...entry, key: undefined }],
    future: history.future.slice(0, -1),
  };
}

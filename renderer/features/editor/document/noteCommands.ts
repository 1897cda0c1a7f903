import type { NewItem } from './items.ts';
import { freshId } from './steps.ts';
import { begin, type Command } from './commands.ts';

/** Adds a note to the canvas. */
export function addNote(note: { text: string; x: number; y: number }): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    const id = freshId(new Set(graph.notes.map((each) => each.id)), 'note');
    const value: NewItem = {
      id,
      text: note.text,
      x: Math.round(note.x) + 0,
      y: Math.round(note.y) + 0,
    };
    plan.insert(['editor', 'notes'], graph.notes.length, [value]);
    return { changes: plan.changes(), select: [`note:${id}`] };
  };
}

/** Changes a note's text, place or size. */
export function changeNote(
  id: string,
  change: Partial<Record<'x' | 'y' | 'width' | 'height', number>> & { text?: string },
): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    const index = graph.notes.findIndex((note) => note.id === id);
    if (index === -1) return { changes: [] };
    for (const [key, value] of Object.entries(change)) {
      plan.set(
        ['editor', 'notes', index, key],
        typeof value === 'number' ? Math.round(value) + 0 : value,
      );
    }
    return { changes: plan.changes() };
  };
}

/** Takes notes off the canvas. */
export function deleteNotes(ids: readonly string[]): Command {
  return (source) => {
    const { plan, graph } = begin(source);
    for (let index = graph.notes.length - 1; index >= 0; index -= 1) {
      if (ids.includes(graph.notes[index]?.id ?? '')) plan.remove(['editor', 'notes', index], 0);
    }
    return { changes: plan.changes(), select: [] };
  };
}

import type { Place } from '../document/commands.ts';
import type { EditorState } from '../store/EditorDocument.ts';

/** Where a step goes that is added without pointing: after the one selected, else after the last step. */
export function placeForNew(state: Pick<EditorState, 'selection' | 'graph' | 'steps'>): Place {
  const selected = state.selection.findLast((id) => state.steps.has(id));
  if (selected !== undefined) return { after: selected };
  const last = state.graph.steps.findLast((step) => step.list === 'steps');
  return last ? { after: last.id } : { list: 'steps' };
}

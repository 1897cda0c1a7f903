import { type Command, moveSteps } from '../document/commands.ts';
import { changeNote } from '../document/noteCommands.ts';
import { together } from '../document/together.ts';
import { type EditorDocument, NOTE } from '../store/EditorDocument.ts';
import type { FlowNode } from './flow.ts';

/** Positions of the moved nodes, written as one gesture. */
export function commitMove(
  document: EditorDocument,
  nodes: readonly FlowNode[],
  key?: string,
): void {
  const moved: Record<string, [number, number]> = {};
  const notes: Command[] = [];
  for (const node of nodes) {
    if (node.type === 'step') moved[node.id] = [node.position.x, node.position.y];
    if (node.type === 'note') notes.push(changeNote(node.id.slice(NOTE.length), node.position));
  }
  document.run(together(moveSteps(moved), ...notes), key === undefined ? {} : { key });
}

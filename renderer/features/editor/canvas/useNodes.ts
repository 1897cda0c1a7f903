import { applyNodeChanges, type NodeChange } from '@xyflow/react';
import { useCallback, useState } from 'react';
import { useDocument, useEditor } from '../store/context.ts';
import { commitMove } from './commitMove.ts';
import { type FlowNode, flowNodes, START } from './flow.ts';
import type { Positions } from './quickLayout.ts';

/** The document's steps and notes as nodes, and what React Flow says of them. */
export function useNodes(positions: Positions) {
  const document = useDocument();
  const graph = useEditor((state) => state.graph);
  const selection = useEditor((state) => state.selection);
  const [nodes, setNodes] = useState<FlowNode[]>(() => flowNodes(graph, positions, selection, []));
  // Derived again while rendering, so that no frame shows the old nodes.
  const [basis, setBasis] = useState({ graph, positions, selection });
  if (basis.graph !== graph || basis.positions !== positions || basis.selection !== selection) {
    setBasis({ graph, positions, selection });
    setNodes((old) => flowNodes(graph, positions, selection, old));
  }
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const selects = changes.filter((change) => change.type === 'select');
      if (selects.length > 0) {
        const now = new Set(document.state.selection);
        for (const { id, selected } of selects) {
          if (selected && !id.startsWith(START)) now.add(id);
          else now.delete(id);
        }
        document.select([...now]);
      }
      const rest = changes.filter((change) => change.type !== 'select' && change.type !== 'remove');
      if (rest.length === 0) return;
      setNodes((old) => {
        const next = applyNodeChanges(rest, old);
        const nudged = rest.filter(
          (change) => change.type === 'position' && change.dragging === false,
        );
        // Moved by the arrow keys: nobody tells when that ends, so it coalesces like typing.
        if (nudged.length > 0 && rest.every((change) => change.type === 'position')) {
          const ids = new Set(nudged.map((change) => ('id' in change ? change.id : '')));
          queueMicrotask(() =>
            commitMove(
              document,
              next.filter((node) => ids.has(node.id)),
              'nudge',
            ),
          );
        }
        return next;
      });
    },
    [document],
  );
  return { nodes, onNodesChange };
}

import { useReactFlow } from '@xyflow/react';
import { useEffect } from 'react';
import { useEditor } from '../store/context.ts';

/** Brings into view what was selected in the YAML pane or in a list. */
export function useReveal(): void {
  const flow = useReactFlow();
  const reveal = useEditor((state) => state.reveal);
  const selection = useEditor((state) => state.selection);
  useEffect(() => {
    const id = selection[0];
    if (reveal.by === 'canvas' || id === undefined || reveal.at === 0) return;
    const node = flow.getInternalNode(id);
    if (!node) return;
    const { x, y } = node.internals.positionAbsolute;
    const zoom = Math.max(flow.getZoom(), 0.6);
    void flow.setCenter(x + 122, y + 30, { zoom, duration: 180 });
    // Only a new wish moves the canvas, not every change of what is selected.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [reveal.at]);
}

import type { EdgeChange } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Command, disconnect, setStep } from '../document/commands.ts';
import { together } from '../document/together.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { flowEdges } from './flow.ts';
import { isTyping } from './isTyping.ts';
import type { StepEdgeType } from './StepEdge.tsx';

/** The document's connections as edges, what React Flow says of them, and the keys that cut them. */
export function useEdges() {
  const document = useDocument();
  const graph = useEditor((state) => state.graph);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const base = useMemo(() => flowEdges(graph), [graph]);
  const edges = useMemo(
    () =>
      selected.size === 0
        ? base
        : base.map((edge) => (selected.has(edge.id) ? { ...edge, selected: true } : edge)),
    [base, selected],
  );
  const onEdgesChange = useCallback((changes: EdgeChange<StepEdgeType>[]) => {
    setSelected((old) => {
      const next = new Set(old);
      for (const change of changes) {
        if (change.type !== 'select') continue;
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      return next;
    });
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (selected.size === 0 || (event.key !== 'Delete' && event.key !== 'Backspace')) return;
      if (event.defaultPrevented || isTyping(event.target) || document.state.selection.length > 0)
        return;
      event.preventDefault();
      document.run(together(...base.filter((edge) => selected.has(edge.id)).map(cut)));
      setSelected(new Set());
    };
    // Before the shortcuts of the page, which would take the key for the selected steps.
    window.document.addEventListener('keydown', onKey, true);
    return () => window.document.removeEventListener('keydown', onKey, true);
  }, [base, document, selected]);
  return { edges, onEdgesChange };
}

function cut(edge: StepEdgeType): Command {
  return edge.data?.kind === 'goto'
    ? setStep(edge.source, ['on_error'], undefined)
    : disconnect(edge.source, edge.target);
}

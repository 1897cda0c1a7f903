import { useEffect, useMemo, useState } from 'react';
import type { Graph } from '../document/graph.ts';
import { elkLayout, layoutKey } from './elkLayout.ts';
import { type Positions, quickLayout } from './quickLayout.ts';

/** Where every step is drawn: where the person put it, else where the layout puts it. */
export function usePositions(graph: Graph): { positions: Positions; settled: boolean } {
  const key = layoutKey(graph);
  const [laid, setLaid] = useState<{ key: string; positions: Positions }>();
  // The layout depends on what the key tells, not on the graph's identity.
  // oxlint-disable-next-line react/exhaustive-deps
  const quick = useMemo(() => quickLayout(graph), [key]);
  useEffect(() => {
    let current = true;
    elkLayout(graph)
      .then((positions) => {
        if (current) setLaid({ key, positions });
      })
      // Without its worker the quick layout stays, and what waits for places to settle goes on.
      .catch(() => {
        if (current) setLaid({ key, positions: quick });
      });
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key]);
  const positions = useMemo(() => {
    const base =
      laid?.key === key ? laid.positions : { ...quick, ...known(laid?.positions, graph) };
    return { ...base, ...graph.positions };
  }, [graph, quick, laid, key]);
  return { positions, settled: laid !== undefined };
}

/** While a new layout is computed, what is known stays where it is. */
function known(positions: Positions | undefined, graph: Graph): Positions {
  if (!positions) return {};
  const ids = new Set(graph.steps.map((step) => step.id));
  return Object.fromEntries(Object.entries(positions).filter(([id]) => ids.has(id)));
}

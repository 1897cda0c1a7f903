import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDocument } from '../store/context.ts';
import { START } from './flow.ts';

const options = { padding: 0.12, maxZoom: 1 };
const READABLE = 0.25;

/**
 * Shows everything at once, and again when the first layout is there. When the canvas gets another size (a pane was
 * opened), what the person looks at stays in view: the selected step, else everything.
 */
export function useFit(settled: boolean) {
  const flow = useReactFlow();
  const document = useDocument();
  const host = useRef<HTMLDivElement>(null);
  const [initialised, setInitialised] = useState(false);
  const ready = useCallback(() => setInitialised(true), []);
  useEffect(() => {
    if (!initialised) return;
    const frame = requestAnimationFrame(() => {
      void flow.fitView(options).then(() => {
        const start = flow.getInternalNode(START)?.internals.positionAbsolute;
        // All of a big graph at once says nothing: begin where it begins.
        if (start && flow.getZoom() < READABLE) {
          void flow.setCenter(start.x + 122, start.y + 300, { zoom: 0.7 });
        }
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [flow, initialised, settled]);
  useEffect(() => {
    const element = host.current;
    if (!element || !initialised) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (Math.abs(element.clientWidth - width) < 40) return;
      width = element.clientWidth;
      const [id] = document.state.selection;
      const node = id === undefined ? undefined : flow.getInternalNode(id);
      if (node) {
        const { x, y } = node.internals.positionAbsolute;
        void flow.setCenter(x + 122, y + 30, { zoom: Math.max(flow.getZoom(), 0.6) });
      } else void flow.fitView(options);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [document, flow, initialised]);
  return { host, ready };
}

import { type OnConnectEnd, useReactFlow } from '@xyflow/react';
import { type DragEvent, useMemo } from 'react';
import { connect, reconnect } from '../document/commands.ts';
import { reaches } from '../document/steps.ts';
import type { EditorDocument } from '../store/EditorDocument.ts';
import { askForStep, useCanvas } from './canvasStore.ts';
import { commitMove } from './commitMove.ts';
import type { FlowNode } from './flow.ts';
import { DRAG_KIND, insertKind } from './insertKind.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './quickLayout.ts';
import type { StepEdgeType } from './StepEdge.tsx';

/** Gestures on the canvas; constants for React Flow as long as the document stays. */
export function useGestures(document: EditorDocument) {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(() => {
    const free = () => !document.state.readOnly && !document.state.stale;
    const onConnectEnd: OnConnectEnd = (event, state) => {
      if (state.isValid || !state.fromNode || state.toNode || !free()) return;
      if (state.fromHandle?.type !== 'source') return;
      const point = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (!point) return;
      const { x, y } = screenToFlowPosition({ x: point.clientX, y: point.clientY });
      askForStep({ place: { after: state.fromNode.id }, position: [x - NODE_WIDTH / 2, y] });
    };
    return {
      onConnectEnd,
      onConnect: (link: { source: string; target: string }) => {
        document.run(connect(link.source, link.target));
      },
      onReconnect: (old: StepEdgeType, link: { source: string; target: string }) => {
        document.run(reconnect(old, link));
      },
      isValidConnection: (link: { source: string; target: string }) =>
        link.source !== link.target && !reaches(document.state.graph, link.target, link.source),
      onNodeDragStop: (_event: unknown, _node: unknown, nodes: FlowNode[]) =>
        commitMove(document, nodes),
      onPaneClick: () => document.select([]),
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAG_KIND) || !free()) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        hover(edgeUnder(event));
      },
      onDragLeave: (event: DragEvent) => {
        const { relatedTarget: to, currentTarget: canvas } = event;
        if (!(to instanceof Node && canvas.contains(to))) hover(undefined);
      },
      onDrop: (event: DragEvent) => {
        const uses = event.dataTransfer.getData(DRAG_KIND);
        if (uses === '' || !free()) return;
        event.preventDefault();
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        hover(undefined);
        const under = edgeUnder(event);
        const edge = document.state.graph.edges.find(
          (each) => each.id === under && each.kind === 'needs',
        );
        const place = edge
          ? { between: [edge.source, edge.target] as [string, string] }
          : dropPlace(document);
        insertKind(document, uses, place, [x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2]);
      },
    };
  }, [document, screenToFlowPosition]);
}

/** Tells which connection a drag is over; while something is dragged, React Flow hears of no pointer. */
function hover(edge: string | undefined): void {
  if (useCanvas.getState().hoverEdge !== edge) useCanvas.setState({ hoverEdge: edge });
}

/** The connection under the pointer of a drag: itself, or what is written on it. */
function edgeUnder({ target }: DragEvent): string | undefined {
  const edge = target instanceof Element && target.closest('[data-edge], .react-flow__edge');
  if (!edge) return undefined;
  return edge.getAttribute('data-edge') ?? edge.getAttribute('data-id') ?? undefined;
}

/** A dropped step follows the selected one; with nothing selected it stands on its own. */
function dropPlace(document: EditorDocument) {
  const [only] = document.state.selection;
  return document.state.selection.length === 1 &&
    only !== undefined &&
    document.state.steps.has(only)
    ? { after: only }
    : { list: 'steps' as const };
}

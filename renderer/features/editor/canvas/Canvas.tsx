import '@xyflow/react/dist/base.css';
import './canvas.css';
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  SelectionMode,
} from '@xyflow/react';
import type { KeyboardEvent as Pressed } from 'react';
import { useTranslation } from 'react-i18next';
import { useDocument, useEditor } from '../store/context.ts';
import { NOTE } from '../store/EditorDocument.ts';
import { useCanvas } from './canvasStore.ts';
import type { FlowNode } from './flow.ts';
import { NoteNode } from './NoteNode.tsx';
import type { Positions } from './quickLayout.ts';
import { StartNode } from './StartNode.tsx';
import { StepEdge, type StepEdgeType } from './StepEdge.tsx';
import { StepNode } from './StepNode.tsx';
import { useEdges } from './useEdges.ts';
import { useFit } from './useFit.ts';
import { useGestures } from './useGestures.ts';
import { useNodes } from './useNodes.ts';
import { useReveal } from './useReveal.ts';
import { useSpokenCanvas } from './useSpokenCanvas.ts';

const nodeTypes = { step: StepNode, note: NoteNode, start: StartNode };
const edgeTypes = { step: StepEdge };
const deleteKeys: string[] = [];
const multiKeys = ['Shift', 'Control', 'Meta'];
const minimapSize = { width: 150, height: 100 };
const proOptions = { hideAttribution: true };
const snap: [number, number] = [4, 4];
const MANY = 300;
const hover = (_event: unknown, edge: StepEdgeType) => useCanvas.setState({ hoverEdge: edge.id });
const unhover = () => useCanvas.setState({ hoverEdge: undefined });

// The node has the focus, not what is drawn in it, so the key is heard here.
function writeNote(event: Pressed<HTMLDivElement>): void {
  const { target } = event;
  if (event.key !== 'Enter' || !(target instanceof HTMLElement)) return;
  const id = target.matches('.react-flow__node') ? target.dataset['id'] : undefined;
  if (id?.startsWith(NOTE)) useCanvas.setState({ writing: id });
}

/** The graph of the document, drawn and editable. */
export function Canvas({ positions, settled }: { positions: Positions; settled: boolean }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const readOnly = useEditor((state) => state.readOnly || state.stale);
  const count = useEditor((state) => state.graph.steps.length);
  const { nodes, onNodesChange } = useNodes(positions);
  const { edges, onEdgesChange } = useEdges();
  const gestures = useGestures(document);
  useReveal();
  const { host, ready } = useFit(settled);
  const spoken = useSpokenCanvas();
  return (
    <ReactFlow<FlowNode, StepEdgeType>
      ref={host}
      onInit={ready}
      ariaLabelConfig={spoken}
      onKeyDown={writeNote}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onEdgeMouseEnter={hover}
      onEdgeMouseLeave={unhover}
      {...gestures}
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesReconnectable={!readOnly}
      connectionLineType={ConnectionLineType.Bezier}
      connectionRadius={36}
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={multiKeys}
      deleteKeyCode={deleteKeys}
      snapToGrid
      snapGrid={snap}
      minZoom={0.03}
      maxZoom={2}
      onlyRenderVisibleElements={count > MANY}
      proOptions={proOptions}
      aria-label={t('canvas.label')}
      data-testid="canvas"
    >
      <Background
        variant={BackgroundVariant.Dots}
        gap={20}
        size={1.2}
        color="var(--border-strong)"
      />
      <MiniMap
        pannable
        zoomable
        ariaLabel={t('canvas.minimap')}
        className="max-narrow:!hidden"
        style={minimapSize}
        nodeColor="var(--border-strong)"
        nodeBorderRadius={8}
        maskColor="color-mix(in oklab, var(--surface-1) 70%, transparent)"
        bgColor="var(--surface-2)"
      />
    </ReactFlow>
  );
}

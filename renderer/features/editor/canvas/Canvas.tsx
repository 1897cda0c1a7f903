import '@xyflow/react/dist/base.css';
import './canvas.css';
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  ConnectionLineType,
  type EdgeChange,
  MiniMap,
  type NodeChange,
  type OnConnectEnd,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import {
  type DragEvent,
  type KeyboardEvent as Pressed,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Command,
  connect,
  disconnect,
  moveSteps,
  reconnect,
  setStep,
} from '../document/commands.ts';
import { changeNote } from '../document/noteCommands.ts';
import { reaches } from '../document/steps.ts';
import { together } from '../document/together.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { type EditorDocument, NOTE } from '../store/EditorDocument.ts';
import { useSpokenCanvas } from './useSpokenCanvas.ts';
import { askForStep, useCanvas } from './canvasStore.ts';
import { type FlowNode, flowEdges, flowNodes, START } from './flow.ts';
import { NoteNode } from './NoteNode.tsx';
import { DRAG_KIND, insertKind } from './insertKind.ts';
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from './quickLayout.ts';
import { StartNode } from './StartNode.tsx';
import { StepEdge, type StepEdgeType } from './StepEdge.tsx';
import { StepNode } from './StepNode.tsx';
import { useFit } from './useFit.ts';
import { useReveal } from './useReveal.ts';

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

/** Positions of the moved nodes, written as one gesture. */
function commitMove(document: EditorDocument, nodes: readonly FlowNode[], key?: string): void {
  const moved: Record<string, [number, number]> = {};
  const notes: Command[] = [];
  for (const node of nodes) {
    if (node.type === 'step') moved[node.id] = [node.position.x, node.position.y];
    if (node.type === 'note') notes.push(changeNote(node.id.slice(NOTE.length), node.position));
  }
  document.run(together(moveSteps(moved), ...notes), key === undefined ? {} : { key });
}

function useNodes(positions: Positions) {
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

function useEdges() {
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

// The node has the focus, not what is drawn in it, so the key is heard here.
function writeNote(event: Pressed<HTMLDivElement>): void {
  const { target } = event;
  if (event.key !== 'Enter' || !(target instanceof HTMLElement)) return;
  const id = target.matches('.react-flow__node') ? target.dataset['id'] : undefined;
  if (id?.startsWith(NOTE)) useCanvas.setState({ writing: id });
}

/** Whether a key press belongs to a field rather than to the canvas. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Gestures on the canvas; constants for React Flow as long as the document stays. */
function useGestures(document: EditorDocument) {
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
      },
      onDrop: (event: DragEvent) => {
        const uses = event.dataTransfer.getData(DRAG_KIND);
        if (uses === '' || !free()) return;
        event.preventDefault();
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const { hoverEdge } = useCanvas.getState();
        const edge = document.state.graph.edges.find((each) => each.id === hoverEdge);
        const place = edge
          ? { between: [edge.source, edge.target] as [string, string] }
          : dropPlace(document);
        insertKind(document, uses, place, [x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2]);
      },
    };
  }, [document, screenToFlowPosition]);
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

import { MarkerType } from '@xyflow/react';
import type { Graph } from '../document/graph.ts';
import { NOTE } from '../store/EditorDocument.ts';
import type { NoteNodeType } from './NoteNode.tsx';
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from './quickLayout.ts';
import type { StartNodeType } from './StartNode.tsx';
import type { StepEdgeType } from './StepEdge.tsx';
import type { StepNodeType } from './StepNode.tsx';

export type FlowNode = StepNodeType | NoteNodeType | StartNodeType;

export const START = 'start:';
export const START_FAILURE = 'start:failure';
const none = {};
const dataStart = { failure: false };
const dataFailure = { failure: true };

/** Above the steps that nothing comes before: the middle of them. */
function startPosition(graph: Graph, positions: Positions, list: 'steps' | 'on_failure') {
  const roots = graph.steps.filter((step) => step.list === list && step.after.length === 0);
  const places = roots.flatMap((step) => {
    const place = positions[step.id];
    return place ? [place] : [];
  });
  if (places.length === 0) return { x: 0, y: -100 };
  const x = places.reduce((sum, [left]) => sum + left, 0) / places.length;
  return { x: Math.round(x), y: Math.min(...places.map(([, top]) => top)) - 92 };
}

/** Nodes of React Flow; those that did not change keep their identity and what was measured. */
export function flowNodes(
  graph: Graph,
  positions: Positions,
  selection: readonly string[],
  old: readonly FlowNode[],
): FlowNode[] {
  const before = new Map(old.map((node) => [node.id, node]));
  const selected = new Set(selection);
  const nodes: FlowNode[] = [];
  const push = (node: FlowNode) => {
    const known = before.get(node.id);
    const same =
      known &&
      known.position.x === node.position.x &&
      known.position.y === node.position.y &&
      (known.selected ?? false) === (node.selected ?? false) &&
      known.width === node.width &&
      known.height === node.height;
    if (same) nodes.push(known);
    else nodes.push(known?.measured ? ({ ...node, measured: known.measured } as FlowNode) : node);
  };
  for (const list of ['steps', 'on_failure'] as const) {
    if (!graph.steps.some((step) => step.list === list)) continue;
    push({
      id: list === 'steps' ? START : START_FAILURE,
      type: 'start',
      position: startPosition(graph, positions, list),
      data: list === 'steps' ? dataStart : dataFailure,
      width: NODE_WIDTH,
      height: 36,
      draggable: false,
      deletable: false,
      connectable: false,
    });
  }
  for (const note of graph.notes) {
    push({
      id: NOTE + note.id,
      type: 'note',
      position: { x: note.x, y: note.y },
      data: none,
      width: note.width ?? 220,
      height: note.height ?? 96,
      selected: selected.has(NOTE + note.id),
      zIndex: -1,
    });
  }
  for (const step of graph.steps) {
    const [x, y] = positions[step.id] ?? [0, 0];
    push({
      id: step.id,
      type: 'step',
      position: { x, y },
      data: none,
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      selected: selected.has(step.id),
    });
  }
  return nodes;
}

const marker = {
  type: MarkerType.ArrowClosed,
  width: 14,
  height: 14,
  color: 'var(--border-strong)',
};

/** Edges of React Flow: connections, jumps on error, and what leads from the start. */
export function flowEdges(graph: Graph): StepEdgeType[] {
  const labelled = new Set<string>();
  const label = (target: string) => {
    if (labelled.has(target)) return false;
    labelled.add(target);
    return true;
  };
  const starts: StepEdgeType[] = graph.steps
    .filter((step) => step.after.length === 0)
    .map((step) => ({
      id: `${START}${step.id}`,
      source: step.list === 'steps' ? START : START_FAILURE,
      target: step.id,
      type: 'step',
      selectable: false,
      deletable: false,
      focusable: false,
      reconnectable: false,
      data: { kind: 'start', label: label(step.id) },
    }));
  return [
    ...starts,
    ...graph.edges.map(
      (edge): StepEdgeType => ({
        id: edge.id,
        source: edge.source,
        target: edge.target,
        type: 'step',
        data: { kind: edge.kind, label: edge.kind === 'needs' && label(edge.target) },
        markerEnd: marker,
        ...(edge.kind === 'goto' ? { reconnectable: false } : {}),
      }),
    ),
  ];
}

import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Graph } from '../document/graph.ts';
import { NODE_HEIGHT, NODE_WIDTH, type Positions } from './quickLayout.ts';

let elk: InstanceType<typeof ELK> | undefined;

/** ELK as it ships, in a worker of its own: a script of this origin, so the policy allows it. */
function engine(): InstanceType<typeof ELK> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return elk;
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.spacing.nodeNode': '48',
  'elk.layered.spacing.nodeNodeBetweenLayers': '64',
  'elk.spacing.componentComponent': '72',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.considerModelOrder.components': 'FORCE_MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
};

/** What the layout depends on: the same text means the same layout. */
export function layoutKey(graph: Graph): string {
  return `${graph.steps.map((step) => step.id).join(',')}|${graph.edges.map((edge) => edge.id).join(',')}`;
}

/** Places of all steps. The graph is read as it stands in the file, so that order is kept. */
export async function elkLayout(graph: Graph): Promise<Positions> {
  const input: ElkNode = {
    id: 'root',
    layoutOptions: options,
    children: graph.steps.map((step) => ({ id: step.id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: graph.edges
      .filter((edge) => edge.kind === 'needs')
      .map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
  };
  const output = await engine().layout(input);
  return Object.fromEntries(
    (output.children ?? []).map((child) => [
      child.id,
      [Math.round(child.x ?? 0), Math.round(child.y ?? 0)] as const,
    ]),
  );
}

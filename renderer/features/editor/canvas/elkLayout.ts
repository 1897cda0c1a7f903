import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Graph, StepList } from '../document/graph.ts';
import { beside, NODE_HEIGHT, NODE_WIDTH, type Positions } from './quickLayout.ts';
import { startWorker } from '#renderer/client/startWorker.ts';

let elk: InstanceType<typeof ELK> | undefined;

/** ELK as it ships, in a worker of its own: a script of this origin, so the policy allows it. */
function engine(): InstanceType<typeof ELK> {
  elk ??= new ELK({ workerFactory: () => startWorker(workerUrl) });
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

async function layList(graph: Graph, list: StepList): Promise<Record<string, [number, number]>> {
  const steps = graph.steps.filter((step) => step.list === list);
  const own = new Set(steps.map((step) => step.id));
  const input: ElkNode = {
    id: 'root',
    layoutOptions: options,
    children: steps.map((step) => ({ id: step.id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: graph.edges
      .filter((edge) => edge.kind === 'needs' && own.has(edge.source) && own.has(edge.target))
      .map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
  };
  const output = steps.length === 0 ? input : await engine().layout(input);
  return Object.fromEntries(
    steps.length === 0
      ? []
      : (output.children ?? []).map((child): [string, [number, number]] => [
          child.id,
          [Math.round(child.x ?? 0), Math.round(child.y ?? 0)],
        ]),
  );
}

/** Places of all steps, in the order of the file; what runs on failure stands to the right of the rest. */
export async function elkLayout(graph: Graph): Promise<Positions> {
  const [main, failure] = await Promise.all([
    layList(graph, 'steps'),
    layList(graph, 'on_failure'),
  ]);
  return beside(main, failure);
}

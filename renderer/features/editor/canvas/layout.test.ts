import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { deriveGraph, type Graph } from '../document/graph.ts';
import { readSource } from '../document/Source.ts';
import { elkLayout, layoutKey } from './elkLayout.ts';
import { flowEdges, flowNodes, START, START_FAILURE } from './flow.ts';
import { beside, NODE_HEIGHT, NODE_WIDTH, type Positions, quickLayout } from './quickLayout.ts';

// Hundreds of random files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(giveLayoutWorker);

// Names that objects have by themselves are ids like any other.
const id = fc.oneof(
  fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'),
  fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/),
);

/** A text with any steps that wait for any earlier ones; some run on failure, some have places. */
const text = fc
  .record({
    ids: fc.uniqueArray(id, { minLength: 1, maxLength: 9 }),
    needs: fc.array(fc.option(fc.array(fc.nat(20), { maxLength: 3 }), { nil: undefined }), {
      minLength: 9,
      maxLength: 9,
    }),
    failing: fc.nat(9),
    placed: fc.array(fc.tuple(fc.nat(8), fc.integer({ min: -900, max: 900 })), { maxLength: 3 }),
  })
  .map(({ ids, needs, failing, placed }) => {
    const cut = Math.max(1, ids.length - (failing % 3));
    const step = (name: string, at: number, from: number) => {
      const known = ids.slice(from, at);
      const after = needs[at]?.map((pick) => known[pick % known.length]).filter(Boolean);
      return `  - {id: ${name}, uses: x${after ? `, needs: [${[...new Set(after)].join(', ')}]` : ''}}\n`;
    };
    const main = ids.slice(0, cut).map((name, at) => step(name, at, 0));
    const late = ids.slice(cut).map((name, at) => step(name, cut + at, cut));
    const spots = new Map(placed.map(([pick, x]) => [ids[pick % ids.length], x]));
    const places = [...spots].map(([name, x]) => `    ${name}: [${x}, ${x}]\n`);
    return [
      'steps:\n',
      ...main,
      ...(late.length > 0 ? ['on_failure:\n', ...late] : []),
      ...(places.length > 0 ? ['editor:\n  positions:\n', ...places] : []),
    ].join('');
  });

function read(source: string): Graph {
  const graph = deriveGraph(readSource(source));
  if (!graph) throw new Error(source);
  return graph;
}

const overlap = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) =>
  Math.abs(ax - bx) < NODE_WIDTH && Math.abs(ay - by) < NODE_HEIGHT;

/** Every step has a place of its own, below all it waits for, and what runs on failure to the right. */
function wellPlaced(graph: Graph, positions: Positions): void {
  const placed = new Map(Object.entries(positions));
  expect([...placed.keys()].sort()).toEqual(graph.steps.map((step) => step.id).sort());
  const all = [...placed.values()];
  all.forEach((one, at) => {
    for (const other of all.slice(at + 1)) expect(overlap(one, other)).toBe(false);
  });
  for (const edge of graph.edges) {
    const from = placed.get(edge.source) ?? [0, 0];
    const to = placed.get(edge.target) ?? [0, 0];
    expect(to[1]).toBeGreaterThanOrEqual(from[1] + NODE_HEIGHT);
  }
  const of = (list: string) =>
    graph.steps
      .filter((step) => step.list === list)
      .map((step) => placed.get(step.id)?.[0] ?? Number.NaN);
  const [main, late] = [of('steps'), of('on_failure')];
  if (late.length > 0)
    expect(Math.min(...late)).toBeGreaterThanOrEqual(Math.max(...main) + NODE_WIDTH);
}

describe('the layout of any graph', () => {
  it('seen at once: nothing covers anything, and time runs downwards', () => {
    // Bug caught: two boxes on one place, of which one can never be clicked.
    fc.assert(
      fc.property(text, (source) => {
        const graph = read(source);
        wellPlaced(graph, quickLayout(graph));
      }),
      { numRuns: 400 },
    );
  });

  it('seen when it has settled: the same', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const graph = read(source);
        wellPlaced(graph, await elkLayout(graph));
      }),
      { numRuns: 25 },
    );
  });

  it('of the same text is the same every time', async () => {
    // Bug caught: opening a workflow twice shows two different pictures of it.
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const graph = read(source);
        expect(await elkLayout(read(source))).toEqual(await elkLayout(graph));
        expect(quickLayout(read(source))).toEqual(quickLayout(graph));
      }),
      { numRuns: 10 },
    );
  });

  it('of nothing is nothing', async () => {
    expect(await elkLayout(read('name: w\n'))).toEqual({});
    expect(quickLayout(read('name: w\n'))).toEqual({});
  });

  it('is asked for again only when steps or connections change', () => {
    const base = 'steps:\n  - id: a\n  - id: b\n';
    const key = (source: string) => layoutKey(read(source));
    expect(key(`${base}editor: {positions: {a: [1, 2]}}\n`)).toBe(key(base));
    expect(key(base.replace('id: a', 'id: a\n    name: Other'))).toBe(key(base));
    expect(key(base.replace('id: b', 'id: b\n    needs: []'))).not.toBe(key(base));
    expect(key(base.replace('id: b', 'id: c'))).not.toBe(key(base));
  });

  it('two parts stand side by side, and either alone stays where it is', () => {
    const one = { a: [10, 0] as const };
    expect(beside(one, {})).toEqual(one);
    expect(beside({}, one)).toEqual(one);
    const both = beside(one, { b: [-500, 7] as const });
    expect(both['a']).toEqual([10, 0]);
    expect(both['b']?.[0]).toBeGreaterThan(10 + NODE_WIDTH);
    expect(both['b']?.[1]).toBe(7);
  });
});

describe('what React Flow is given for any graph', () => {
  const drawn = (source: string) => {
    const graph = read(source);
    const positions: Positions = { ...quickLayout(graph), ...graph.positions };
    return { graph, nodes: flowNodes(graph, positions, [], []), edges: flowEdges(graph) };
  };

  it('a node for every step at its own place, and every edge between two that are there', () => {
    // Bug caught: a step called constructor is drawn at the place of a function, and nothing is seen.
    fc.assert(
      fc.property(text, (source) => {
        const { graph, nodes, edges } = drawn(source);
        const ids = nodes.map((node) => node.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const step of graph.steps) {
          const node = nodes.find((each) => each.id === step.id);
          expect(Number.isFinite(node?.position.x) && Number.isFinite(node?.position.y)).toBe(true);
          if (Object.hasOwn(graph.positions, step.id))
            expect([node?.position.x, node?.position.y]).toEqual(graph.positions[step.id]);
        }
        for (const edge of edges)
          expect(ids.includes(edge.source) && ids.includes(edge.target)).toBe(true);
        expect(new Set(edges.map((edge) => edge.id)).size).toBe(edges.length);
      }),
      { numRuns: 300 },
    );
  });

  it('what waits for nothing hangs on its start, and nothing else does', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { graph, edges } = drawn(source);
        const starts = edges.filter((edge) => edge.data?.kind === 'start');
        expect(starts.map((edge) => [edge.source, edge.target])).toEqual(
          graph.steps
            .filter((step) => step.after.length === 0)
            .map((step) => [step.list === 'steps' ? START : START_FAILURE, step.id]),
        );
      }),
    );
  });

  it('a condition is written once however many connections lead to its step', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { graph, edges } = drawn(source);
        for (const step of graph.steps) {
          const labels = edges.filter((edge) => edge.target === step.id && edge.data?.label);
          expect(labels.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('drawn again unchanged, every node is the one that was there', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { graph, nodes } = drawn(source);
        const positions: Positions = { ...quickLayout(graph), ...graph.positions };
        const again = flowNodes(graph, positions, [], nodes);
        expect(again.every((node, at) => node === nodes[at])).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('the start stands above the first row and can be neither moved nor taken out', () => {
    const { nodes } = drawn('steps:\n  - id: a\n  - id: b\n    needs: []\n');
    const start = nodes.find((node) => node.id === START);
    const tops = nodes.filter((node) => node.type === 'step').map((node) => node.position.y);
    expect((start?.position.y ?? 0) + (start?.height ?? 0)).toBeLessThan(Math.min(...tops));
    expect(start).toMatchObject({ draggable: false, deletable: false, connectable: false });
  });

  it('what was measured is kept while a step moves, so that its connections do not vanish', () => {
    const source = 'steps:\n  - id: a\n';
    const graph = read(source);
    const measured = { width: 244, height: 60 };
    const old = flowNodes(graph, { a: [0, 0] }, [], []).map((node) => ({ ...node, measured }));
    const moved = flowNodes(graph, { a: [8, 8] }, ['a'], old).find((node) => node.id === 'a');
    expect(moved).toMatchObject({ position: { x: 8, y: 8 }, selected: true, measured });
  });
});

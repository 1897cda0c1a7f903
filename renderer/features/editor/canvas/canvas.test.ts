import { describe, expect, it } from 'vitest';
import type { KindInfo } from '#contract/workflows.ts';
import { deriveGraph, emptyGraph, type Graph } from '../document/graph.ts';
import { readSource } from '../document/Source.ts';
import { handWritten } from '../document/testText.ts';
import { placeForNew } from '../palette/placeForNew.ts';
import { searchKinds } from '../palette/searchKinds.ts';
import { searchSteps } from './CanvasSearch.tsx';
import { flowEdges, flowNodes } from './flow.ts';
import { starterOf } from './insertKind.ts';
import { quickLayout } from './quickLayout.ts';
import { shortCondition, summaryOf } from './summary.ts';
import { readTriggers } from './triggers.ts';

const source = readSource(handWritten);
const graph = deriveGraph(source) as Graph;

describe('the quick layout', () => {
  it('puts every step below what it waits for, and no two on one place', () => {
    const positions = quickLayout(graph);
    for (const step of graph.steps) {
      for (const before of step.after) {
        expect(positions[step.id]?.[1]).toBeGreaterThan(positions[before]?.[1] ?? Number.NaN);
      }
    }
    expect(new Set(Object.values(positions).map(String)).size).toBe(graph.steps.length);
  });

  it('ends on a cycle, and on 2,000 steps in a row', () => {
    const cycle = deriveGraph(
      readSource('steps:\n- {id: a, needs: [b]}\n- {id: b, needs: [a]}\n'),
    ) as Graph;
    expect(Object.keys(quickLayout(cycle))).toHaveLength(2);
    const long = deriveGraph(
      readSource(`steps:\n${Array.from({ length: 2_000 }, (_, at) => `- id: s${at}\n`).join('')}`),
    ) as Graph;
    expect(quickLayout(long).s1999?.[1]).toBeGreaterThan(100_000);
  });

  it('steps on failure stand to the right of the others', () => {
    const both = deriveGraph(
      readSource('steps:\n- id: a\n- id: b\non_failure:\n- id: c\n'),
    ) as Graph;
    const positions = quickLayout(both);
    expect(positions.c?.[0]).toBeGreaterThan((positions.a?.[0] ?? 0) + 244);
  });
});

describe('what is drawn', () => {
  it('nodes that did not change keep their identity, so that nothing draws again', () => {
    const positions = quickLayout(graph);
    const first = flowNodes(graph, positions, [], []);
    const again = flowNodes(graph, { ...positions, dump: [7, 7] }, ['check'], first);
    const changed = again.filter((node) => !first.includes(node)).map((node) => node.id);
    expect(changed.sort()).toEqual(['check', 'dump', 'start:']);
  });

  it('a condition is drawn once, and what starts hangs on the start', () => {
    const edges = flowEdges(graph);
    const into = edges.filter((edge) => edge.target === 'tell' && edge.data?.label);
    expect(into).toHaveLength(1);
    expect(edges.filter((edge) => edge.data?.kind === 'start').map((edge) => edge.target)).toEqual([
      'dump',
    ]);
    expect(flowEdges(emptyGraph)).toEqual([]);
  });

  it('one line says what a step does; comments of a script do not', () => {
    const text =
      'steps:\n- {id: a, uses: shell, with: {run: "#!/bin/sh\\n# why\\nmake it\\n"}}\n- {id: b, uses: http, with: {method: PUT, url: "https://x"}}\n- {id: c}\n';
    const lines = (deriveGraph(readSource(text)) as Graph).steps.map(summaryOf);
    expect(lines).toEqual(['make it', 'PUT https://x', '']);
    expect(shortCondition('${{ steps.check.outputs.good == true }}')).toBe('check.good == true');
  });

  it('triggers are read in every form, and none means by hand', () => {
    const read = (text: string) =>
      readTriggers(readSource(text).value).map((each) => `${each.kind} ${each.text}`);
    expect(read('on:\n  schedule: {every: 5m}\n  webhook:\n  - path: a\n')).toEqual([
      'schedule ↻ 5m',
      'webhook /a',
    ]);
    expect(read('on: {manual: }\n')).toEqual(['manual ']);
    expect(read('name: a\n')).toEqual(['manual ']);
  });
});

describe('finding and adding', () => {
  it('finds steps by what they do, not only by their id', () => {
    expect(searchSteps(graph.steps, 'example.org').map((step) => step.id)).toEqual(['upload']);
    expect(searchSteps(graph.steps, ' ')).toEqual([]);
  });

  it('a new step goes after the selected one, else after the last, else it is the first', () => {
    const steps = new Map(graph.steps.map((step) => [step.id, step]));
    expect(placeForNew({ graph, steps, selection: ['check', 'note:x'] })).toEqual({
      after: 'check',
    });
    expect(placeForNew({ graph, steps, selection: [] })).toEqual({ after: 'tell' });
    expect(placeForNew({ graph: emptyGraph, steps: new Map(), selection: [] })).toEqual({
      list: 'steps',
    });
  });

  it('kinds are found by any of their words, and start with what they require', () => {
    const kind = (name: string, group: KindInfo['group'], schema: object) =>
      ({ kind: name, title: name, description: `does ${name}`, group, with: schema }) as KindInfo;
    const all = [
      kind('other', 'Data', {
        properties: { n: { type: 'integer', minimum: 2 } },
        required: ['n'],
      }),
      kind('shell', 'Run', { properties: { run: {} } }),
    ];
    expect(searchKinds(all, 'DOES sh').map(([group]) => group)).toEqual(['Run']);
    expect(searchKinds(all, '').map(([group]) => group)).toEqual(['Run', 'Data']);
    expect(starterOf(all[0])).toEqual({ n: 2 });
    expect(starterOf(all[1])).toEqual({ run: 'echo "Hello"\n' });
    expect(
      starterOf(kind('shell', 'Run', { properties: { script: {} }, required: ['script'] })),
    ).toEqual({ script: '' });
  });
});

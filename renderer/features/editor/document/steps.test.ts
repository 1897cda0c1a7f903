import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { stepId } from '#contract/workflow.ts';
import { deriveGraph, type Graph } from './graph.ts';
import { readSource } from './Source.ts';
import { stepAt, stepPlaces, stepYaml } from './stepPlaces.ts';
import { findStep, freshId, graphOf, reaches, stepPath, type Wanted, wordNeeds } from './steps.ts';
import { handWritten, workflowText } from './testText.ts';

// Hundreds of random files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('a fresh id', () => {
  it('is one that the language takes, that is free, and near what was wished for', () => {
    // Bug caught: a kind called "9.lives/x" makes a step that no expression can name.
    const wish = fc.oneof(
      fc.string(),
      fc.constantFrom('ssh.upload', 'my/kind', '9', '-', 'é', '_', 'a'.repeat(80)),
    );
    fc.assert(
      fc.property(wish, fc.array(wish, { maxLength: 6 }), (wanted, others) => {
        const taken = new Set(others.map((other) => freshId(new Set(), other)));
        const id = freshId(taken, wanted);
        expect(stepId.safeParse(id).success).toBe(true);
        expect(taken.has(id)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('counts on from the number that is there', () => {
    const taken = new Set(['wait', 'wait_2', 'wait_3']);
    expect(freshId(taken, 'wait')).toBe('wait_4');
    expect(freshId(taken, 'wait_2')).toBe('wait_4');
    expect(freshId(taken, 'other')).toBe('other');
  });
});

describe('what needs must say', () => {
  const list = fc
    .array(
      fc.record({
        written: fc.option(fc.array(fc.nat(9), { maxLength: 3 }), { nil: undefined }),
        after: fc.array(fc.nat(9), { maxLength: 3 }),
      }),
      { maxLength: 8 },
    )
    .map((steps): Wanted[] =>
      steps.map(({ written, after }, at) => {
        const earlier = (picks: number[]) =>
          [...new Set(picks.map((pick) => `s${at === 0 ? 0 : pick % at}`))].filter(() => at > 0);
        return { id: `s${at}`, written: written && earlier(written), after: earlier(after) };
      }),
    );

  it('so that every step waits for what it should, and nobody says more than that', () => {
    fc.assert(
      fc.property(list, (steps) => {
        const words = wordNeeds(steps);
        steps.forEach((step, at) => {
          const said = words[at];
          const previous = steps[at - 1];
          const implied = previous ? [previous.id] : [];
          // What is read again from what is written.
          expect(said ?? implied).toEqual(step.after);
          // Silence is kept where silence still means the right thing.
          if (step.written === undefined && String(implied) === String(step.after))
            expect(said).toBeUndefined();
          if (step.written !== undefined) expect(said).toBeDefined();
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('who waits for whom', () => {
  it('is found at once and through others, and ends on a circle', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 12 }),
        fc.nat(6),
        fc.nat(6),
        (wires, from, to) => {
          const after = (id: number) =>
            wires.filter(([, target]) => target === id).map(([source]) => `s${source}`);
          const steps = Array.from({ length: 7 }, (_, id) => ({ id: `s${id}`, after: after(id) }));
          // The closure, the slow and obvious way.
          const reached = new Set([to]);
          for (let round = 0; round < 8; round += 1)
            for (const [source, target] of wires) if (reached.has(target)) reached.add(source);
          expect(reaches({ steps } as unknown as Graph, `s${from}`, `s${to}`)).toBe(
            reached.has(from),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a step is found by its id, and its place is that in the file', () => {
    const graph = graphOf(readSource(handWritten));
    const step = findStep(graph, 'upload');
    expect(step && stepPath(step)).toEqual(['steps', 2]);
    expect(findStep(graph, 'nobody')).toBeUndefined();
    expect(graphOf(readSource('steps: [')).steps).toEqual([]);
  });
});

describe('the lines of a step', () => {
  it('every place between its dash and its end leads to it, and none to two', () => {
    fc.assert(
      fc.property(workflowText, (text) => {
        const source = readSource(text);
        const graph = deriveGraph(source) as Graph;
        const places = stepPlaces(source);
        expect(places).toHaveLength(graph.steps.length);
        places.forEach((place, at) => {
          expect(place.from).toBeLessThan(place.to);
          expect(place.from).toBeGreaterThanOrEqual(places[at - 1]?.to ?? 0);
          expect(text[place.from]).toBe('-');
          for (const offset of [place.from, Math.floor((place.from + place.to) / 2), place.to])
            expect(stepAt(source, graph.steps, offset)?.index).toBe(place.index);
        });
        expect(stepAt(source, graph.steps, 0)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('lifted out mean what they meant', () => {
    // Bug caught: a copied script loses the indentation that it needs.
    fc.assert(
      fc.property(workflowText, (text) => {
        const source = readSource(text);
        const { steps } = source.value as { steps: unknown[] };
        steps.forEach((value, index) => {
          const yaml = stepYaml(source, { list: 'steps', index });
          if (yaml === undefined) return;
          expect(yaml).not.toContain('\r');
          const read = readSource(`- ${yaml}\n`);
          expect(read.errors).toEqual([]);
          expect(read.value).toEqual([value]);
        });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['in brackets', 'steps: [{id: a, uses: x}]\n'],
    ['with a wide dash', 'steps:\n-   id: a\n    uses: x\n'],
    ['as a flow map of two lines', 'steps:\n  - {id: a,\n     uses: x}\n'],
    ['with an anchor that others use', 'steps:\n  - &a {id: a}\n'],
  ])('%s cannot be lifted as they stand', (_what, text) => {
    expect(stepYaml(readSource(text), { list: 'steps', index: 0 })).toBeUndefined();
  });

  it('of a file in brackets have their places too', () => {
    const text = 'steps: [{id: a, uses: x}, {id: b}]\n';
    const source = readSource(text);
    const { steps } = deriveGraph(source) as Graph;
    expect(stepAt(source, steps, text.indexOf('{id: b'))).toBeDefined();
    expect(stepPlaces(source).map(({ from, to }) => text.slice(from, to))).toEqual([
      '{id: a, uses: x}',
      '{id: b}',
    ]);
  });
});

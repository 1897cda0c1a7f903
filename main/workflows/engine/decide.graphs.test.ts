import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompiledStep, CompiledValue } from '../language/compiled.ts';
import { Code, decide, endCode, jumpedOver, needsFailed } from './decide.ts';
import { ancestors, descendants, graphOf, topological, type Graph } from './graph.ts';

const always: CompiledValue<boolean> = { constant: true, evaluate: () => true };

/** A step with nothing but what deciding looks at. */
function step(at: number, needs: number[], conditional: boolean): CompiledStep {
  return {
    id: `s${at}`,
    needs: needs.map((need) => `s${need}`),
    condition: conditional ? always : undefined,
    onError: 'fail',
  } as unknown as CompiledStep;
}

interface Plan {
  needs: number[][];
  conditional: boolean[];
  outcomes: ('ok' | 'fail' | 'handled' | 'refuse')[];
  /** Which of the running steps ends next, and which of the agenda is looked at. */
  picks: number[];
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.record({
    needs: fc.tuple(
      ...Array.from({ length: size }, (_, at) =>
        at === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(at - 1), { maxLength: 3 }),
      ),
    ) as fc.Arbitrary<number[][]>,
    conditional: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    outcomes: fc.array(fc.constantFrom('ok', 'fail', 'handled', 'refuse'), {
      minLength: size,
      maxLength: size,
    }),
    picks: fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
  }),
);

type End = 'ran' | 'skipped';

/** Executes a plan in any order that `picks` gives. */
function execute(graph: Graph, { outcomes, picks }: Plan) {
  const codes = new Uint8Array(graph.steps.length);
  const ends: (End | undefined)[] = graph.steps.map(() => undefined);
  const begun: number[] = [];
  const violations: string[] = [];
  const agenda = [...graph.roots];
  const running: number[] = [];
  let turn = 0;
  const pick = (length: number) => picks[turn++ % picks.length]! % length;
  const finish = (at: number, end: End, failed: boolean) => {
    if (ends[at]) violations.push(`s${at} ended twice`);
    ends[at] = end;
    codes[at] = endCode(graph, codes, at, failed);
    agenda.push(...graph.dependents[at]!);
  };
  while (agenda.length > 0 || running.length > 0) {
    if (agenda.length > 0 && (running.length === 0 || pick(2) === 0)) {
      const at = agenda.splice(pick(agenda.length), 1)[0]!;
      const decision = decide(graph, codes, at);
      if (decision === 'not_yet') continue;
      if (decision === 'skip') finish(at, 'skipped', false);
      else {
        if (begun.includes(at)) violations.push(`s${at} began twice`);
        for (const need of graph.needs[at]!)
          if (!ends[need]) violations.push(`s${at} began before s${need} had ended`);
        begun.push(at);
        codes[at] = Code.active;
        if (outcomes[at] === 'refuse') finish(at, 'skipped', false);
        else running.push(at);
      }
    } else {
      const at = running.splice(pick(running.length), 1)[0]!;
      finish(at, 'ran', outcomes[at] === 'fail');
    }
  }
  return { codes, ends, begun, violations };
}

const graphFor = ({ needs, conditional }: Plan) =>
  graphOf(needs.map((list, at) => step(at, list, conditional[at]!)));

describe('any graph, any outcomes, any order of events', () => {
  test('every step ends, none begins twice, and none before what it needs', () => {
    fc.assert(
      fc.property(plan, (one) => {
        const { ends, violations } = execute(graphFor(one), one);
        expect(violations).toEqual([]);
        expect(ends).not.toContain(undefined);
      }),
      { numRuns: 500 },
    );
  });

  test('a failure skips all that comes after it, except what asks for it by a condition', () => {
    fc.assert(
      fc.property(plan, (one) => {
        const graph = graphFor(one);
        const { ends, begun } = execute(graph, one);
        graph.steps.forEach((compiled, at) => {
          const behind = [...ancestors(graph, at)];
          const failed = behind.some((up) => ends[up] === 'ran' && one.outcomes[up] === 'fail');
          expect(begun.includes(at)).toBe(!failed || compiled.condition !== undefined);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('how a run ends does not depend on the order in which its steps end', () => {
    fc.assert(
      fc.property(plan, fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), (one, picks) => {
        const graph = graphFor(one);
        const a = execute(graph, one);
        const b = execute(graph, { ...one, picks });
        expect([...b.codes]).toEqual([...a.codes]);
        expect(b.ends).toEqual(a.ends);
      }),
      { numRuns: 300 },
    );
  });

  test('a step is tainted exactly when it or something before it failed for good', () => {
    fc.assert(
      fc.property(plan, (one) => {
        const graph = graphFor(one);
        const { codes, ends } = execute(graph, one);
        graph.steps.forEach((_, at) => {
          const failed = [at, ...ancestors(graph, at)].some(
            (up) => ends[up] === 'ran' && one.outcomes[up] === 'fail',
          );
          expect(codes[at]).toBe(failed ? Code.tainted : Code.clean);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('graphs', () => {
  test('ancestors and descendants mirror each other, and the order puts needs first', () => {
    fc.assert(
      fc.property(plan, (one) => {
        const graph = graphFor(one);
        const order = topological(graph);
        expect(order.toSorted((a, b) => a - b)).toEqual(graph.steps.map((_, at) => at));
        for (const at of order) {
          for (const need of graph.needs[at]!)
            expect(order.indexOf(need)).toBeLessThan(order.indexOf(at));
          for (const up of ancestors(graph, at)) expect(descendants(graph, up).has(at)).toBe(true);
          for (const down of descendants(graph, at))
            expect(ancestors(graph, down).has(at)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a graph is built once per list of steps', () => {
    const steps = [step(0, [], false)];
    expect(graphOf(steps)).toBe(graphOf(steps));
  });

  test('a need that is not there is ignored rather than waited for', () => {
    const graph = graphOf([{ ...step(0, [], false), needs: ['gone'] }]);
    expect(graph.roots).toEqual([0]);
    expect(decide(graph, new Uint8Array(1), 0)).toBe('consider');
  });
});

test('a jump skips what lies between and nothing that follows its target or has begun', () => {
  // 0 → 1 → 2 → 3 → 4, a side branch 0 → 5, and 6 which has begun.
  const needs = [[], [0], [1], [2], [3], [0], [0]];
  const graph = graphOf(needs.map((list, at) => step(at, list, false)));
  const codes = new Uint8Array(7);
  codes[0] = Code.clean;
  codes[6] = Code.active;
  expect(new Set(jumpedOver(graph, codes, 0, 3))).toEqual(new Set([1, 2, 5]));
});

test('only a failure on the path counts as a failure of what is needed', () => {
  const graph = graphOf([step(0, [], false), step(1, [], false), step(2, [1], false)]);
  const codes = Uint8Array.of(Code.tainted, Code.clean, Code.pending);
  expect(needsFailed(graph, codes, 2)).toBe(false);
  codes[1] = Code.tainted;
  expect(needsFailed(graph, codes, 2)).toBe(true);
});

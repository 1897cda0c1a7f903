import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompiledStep } from '../language/compiled.ts';
import { Code, decide, endCode, jumpedOver, needsFailed } from './decide.ts';
import { ancestors, descendants, graphOf } from './graph.ts';

type Plan = { needs: number[]; always: boolean; fails: boolean }[];

// Needs point backwards only, so every plan is free of cycles.
const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 25 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, at) =>
      fc.record({
        needs:
          at === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.nat(at - 1), { maxLength: 4 }),
        always: fc.boolean(),
        fails: fc.boolean(),
      }),
    ),
  ),
);

const steps = (of: Plan): CompiledStep[] =>
  of.map(
    ({ needs, always }, at) =>
      ({
        id: `s${at}`,
        needs: needs.map((need) => `s${need}`),
        condition: always ? { constant: true, evaluate: () => true } : undefined,
        onError: 'fail',
      }) as unknown as CompiledStep,
  );

/** Executes a plan as the engine does, ending active steps in an order of its own. */
function execute(of: Plan, pick: (n: number) => number) {
  const graph = graphOf(steps(of));
  const codes = new Uint8Array(of.length);
  const began: number[] = [];
  const ended: number[] = [];
  const early: number[] = [];
  const skipped = new Set<number>();
  const agenda = [...graph.roots];
  const active: number[] = [];
  const end = (at: number, failed: boolean) => {
    codes[at] = endCode(graph, codes, at, failed);
    ended.push(at);
    agenda.push(...graph.dependents[at]!);
  };
  for (;;) {
    const at = agenda.shift();
    if (at !== undefined) {
      const decision = decide(graph, codes, at);
      if (decision === 'skip') {
        skipped.add(at);
        end(at, false);
      } else if (decision === 'consider') {
        codes[at] = Code.active;
        // What it needs must have ended when it begins.
        early.push(...graph.needs[at]!.filter((need) => !ended.includes(need)));
        began.push(at);
        active.push(at);
      }
    } else if (active.length > 0) {
      const next = active.splice(pick(active.length), 1)[0]!;
      end(next, of[next]!.fails);
    } else break;
  }
  return { graph, codes, began, ended, early, skipped };
}

test('every step of every graph ends exactly once, after what it needs', () => {
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.nat()), (of, numbers) => {
      const { began, ended, early, skipped } = execute(of, (n) => numbers.next().value! % n);
      expect(ended.toSorted((a, b) => a - b)).toEqual(of.map((_, at) => at));
      expect(early).toEqual([]);
      expect(began.length + skipped.size).toBe(of.length);
    }),
  );
});

test('a step without a condition runs if and only if nothing that ran before it failed, in any order of ends', () => {
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.nat()), (of, numbers) => {
      const { graph, skipped, codes } = execute(of, (n) => numbers.next().value! % n);
      for (const at of of.keys()) {
        const failedBefore = [...ancestors(graph, at)].some(
          (one) => !skipped.has(one) && of[one]!.fails,
        );
        expect(needsFailed(graph, codes, at)).toBe(failedBefore);
        expect(skipped.has(at)).toBe(failedBefore && !of[at]!.always);
      }
    }),
  );
});

test('a jump passes over what lies between and nothing else', () => {
  const of: Plan = [[], [0], [1], [1], [2], [0]].map((needs) => ({
    needs,
    always: false,
    fails: false,
  }));
  const graph = graphOf(steps(of));
  // 0 → 1 → 2 → 4, 1 → 3, 0 → 5; from 0 to 2.
  const over = jumpedOver(graph, new Uint8Array(6), 0, 2);
  expect(over.toSorted((a, b) => a - b)).toEqual([1, 3, 5]);
  expect([...descendants(graph, 2)]).toEqual([4]);
});

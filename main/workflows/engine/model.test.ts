import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StepStatus } from '#contract/runs.ts';
import { isTerminal } from './records.ts';
import { Lab, manual, stall } from './testing.ts';

/** A step of a random workflow, and what it does. */
interface Plan {
  needs: number[];
  does: 'compute' | 'fail' | 'ask' | 'items' | 'bad_items' | 'call' | 'bad_call';
  condition: 'none' | 'always' | 'failure' | 'success' | 'never';
  onError: 'fail' | 'continue';
}

const plans = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc.tuple(
    ...Array.from(
      { length: size },
      (_, at): fc.Arbitrary<Plan> =>
        fc.record({
          needs: at === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(at - 1), { maxLength: 3 }),
          does: fc.constantFrom(
            'compute',
            'compute',
            'fail',
            'ask',
            'items',
            'bad_items',
            'call',
            'bad_call',
          ),
          condition: fc.constantFrom('none', 'none', 'always', 'failure', 'success', 'never'),
          onError: fc.constantFrom('fail', 'fail', 'continue'),
        }),
    ),
  ),
);

const BODY: Record<Plan['does'], string> = {
  compute: 'uses: transform, with: { set: { x: 1 } }',
  fail: 'uses: boom',
  ask: 'uses: approval, with: { title: Sure }',
  items: 'uses: transform, foreach: [1, 2, 3], with: { set: { x: "${{ item }}" } }',
  bad_items: 'uses: boom, foreach: [1, 2]',
  call: 'uses: workflow, with: { workflow: good }',
  bad_call: 'uses: workflow, with: { workflow: bad }',
};
const CONDITION: Record<Plan['condition'], string> = {
  none: '',
  always: ', if: always()',
  failure: ', if: failure()',
  success: ', if: success()',
  never: ', if: "1 > 2"',
};

function source(steps: readonly Plan[]): string {
  const lines = steps.map(
    ({ needs, does, condition, onError }, at) =>
      `  - { id: s${at}, needs: [${needs.map((need) => `s${need}`).join(', ')}], ${BODY[does]}${CONDITION[condition]}, on_error: ${onError} }`,
  );
  return `name: w\nsteps:\n${lines.join('\n')}\n`;
}

/** What the documentation says must come of it: in order, since nothing depends on what comes later. */
function expected(steps: readonly Plan[]): { steps: StepStatus[]; run: 'succeeded' | 'failed' } {
  const tainted: boolean[] = [];
  const statuses = steps.map(({ needs, does, condition, onError }, at): StepStatus => {
    const failure = needs.some((need) => tainted[need]);
    const runs = { none: !failure, success: !failure, always: true, failure, never: false }[
      condition
    ];
    const fails = runs && (does === 'fail' || does === 'bad_items' || does === 'bad_call');
    tainted[at] = failure || (fails && onError === 'fail');
    return !runs ? 'skipped' : fails ? 'failed' : 'succeeded';
  });
  const failed = steps.some(({ onError }, at) => statuses[at] === 'failed' && onError === 'fail');
  return { steps: statuses, run: failed ? 'failed' : 'succeeded' };
}

function known(lab: Lab): void {
  lab.workflow('{ name: good, steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }] }');
  lab.workflow('{ name: bad, steps: [{ id: a, uses: boom }] }');
}

describe('any workflow', () => {
  test('comes to what its conditions and failures say, through as many deaths and restarts as there are rests', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.constantFrom('go on', 'close', 'die')),
        async (steps, fates) => {
          const lab = new Lab();
          try {
            known(lab);
            let engine = await lab.opened();
            const { run } = await engine.start({
              workflow: lab.workflow(source(steps)),
              ...manual,
            });
            for (let rest = 0; ; rest += 1) {
              await engine.parked();
              const { status } = engine.get(run.id);
              if (isTerminal(status)) break;
              const fate = fates[rest] ?? 'go on';
              if (fate === 'close') await engine.close(50);
              if (fate === 'die') stall(lab);
              if (fate !== 'go on') engine = await lab.opened();
              const [asked] = engine.approvals().approvals;
              await engine.approve(run.id, { step: asked!.step, fields: {}, by: 'me', roles: [] });
            }
            const detail = engine.get(run.id);
            const wanted = expected(steps);
            expect(
              detail.steps.map((step) => step.status),
              source(steps),
            ).toEqual(wanted.steps);
            expect(detail.status).toBe(wanted.run);
            // Nothing was done twice, whatever came between.
            expect(detail.steps.every((step) => step.attempts <= 1)).toBe(true);
            expect(lab.rows('SELECT count(*) AS n FROM runs WHERE ended_at IS NULL')).toEqual([
              { n: 0 },
            ]);
            expect(lab.rows('SELECT count(*) AS n FROM signals')).toEqual([{ n: 0 }]);
            expect(engine.counters()).toMatchObject({
              runs_in_memory: 0,
              executing: 0,
              waiting_for_a_place: 0,
            });
          } finally {
            await lab.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('that is retried does what failed again and keeps the rest, and comes to the same', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (steps) => {
        // Nobody is there to answer in the second run.
        const plan = steps.map((step) =>
          step.does === 'ask' ? { ...step, does: 'compute' as const } : step,
        );
        const wanted = expected(plan);
        const lab = new Lab();
        try {
          known(lab);
          const engine = await lab.opened();
          const { run } = await engine.start({ workflow: lab.workflow(source(plan)), ...manual });
          await engine.finished(run.id);
          const retried = await engine
            .retry(run.id, { from: 'failed', by: 'me' })
            .catch((error: { code: string }) => error.code);
          if (wanted.run === 'succeeded') {
            expect(retried).toBe('run.nothing_failed');
            return;
          }
          const again = await engine.finished((retried as { id: string }).id);
          expect(
            again.steps.map((step) => step.status),
            source(plan),
          ).toEqual(wanted.steps);
          expect(again.status).toBe('failed');
          // What is kept ended before this run began; what failed for good is never kept.
          for (const [at, step] of again.steps.entries()) {
            if (!step.pinned) continue;
            expect(wanted.steps[at] === 'failed' && plan[at]!.onError === 'fail', step.id).toBe(
              false,
            );
            if (step.ended_at) expect(step.ended_at <= again.created_at).toBe(true);
          }
          expect(again.steps.some((step) => !step.pinned)).toBe(true);
        } finally {
          await lab.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  test('that is cancelled at its first rest ends, with every step ended and nothing left waiting', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (steps) => {
        const lab = new Lab();
        try {
          known(lab);
          const engine = await lab.opened();
          const { run } = await engine.start({ workflow: lab.workflow(source(steps)), ...manual });
          await engine.parked();
          await engine.cancel(run.id, 'me').catch(() => undefined);
          const detail = await engine.finished(run.id);
          const ends = ['succeeded', 'failed', 'skipped', 'cancelled'];
          expect(detail.steps.filter((step) => !ends.includes(step.status))).toEqual([]);
          expect(engine.approvals()).toEqual({ approvals: [], interrupted: [] });
          expect(
            lab.rows(
              "SELECT step FROM steps WHERE status NOT IN ('succeeded', 'failed', 'skipped', 'cancelled')",
            ),
          ).toEqual([]);
        } finally {
          await lab.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});

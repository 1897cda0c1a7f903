import { describe, expect, test } from 'vitest';
import { parse, step } from './testing/parse.ts';
import { scopeOf } from './testing/scope.ts';

describe('compiled', () => {
  const compiled = (source: string) => {
    const result = parse(source);
    expect(result.problems).toEqual([]);
    return result.compiled!;
  };

  test('values keep their type as a whole, and become text inside text', () => {
    const { steps } = compiled(
      `${step('    with: {value: {n: "${{ inputs.n + 1 }}", t: "n=${{ inputs.n }} ${{ inputs }}", l: [1, "${{ [true, null] }}"]}}\n')}inputs: {n: {type: integer}}`,
    );
    expect(steps[0]!.with.evaluate(scopeOf({ inputs: { n: 2 } }))).toEqual({
      value: { n: 3, t: 'n=2 {"n":2}', l: [1, [true, null]] },
    });
  });

  test('a script keeps its expressions apart from its text', () => {
    const { steps } = compiled(
      'steps:\n  - {id: my-step, uses: transform}\n  - id: b\n    uses: shell\n    with: {run: "echo ${{ steps.my-step.outputs.x }}; $${{ y"}',
    );
    expect(steps[1]!.needs).toEqual(['my-step']);
    expect(steps[1]!.effects).toBe('once');
    const scope = scopeOf({
      steps: { 'my-step': { status: 'succeeded', outputs: { x: '`$()' }, error: null } },
    });
    expect(steps[1]!.with.evaluate(scope)).toEqual({
      run: { literals: ['echo ', '; ${{ y'], values: ['`$()'] },
    });
  });

  test('a jump’s target runs only when jumped to, after what comes before it', () => {
    const { steps } = compiled(
      'steps:\n  - {id: a, uses: transform, on_error: {goto: fix}}\n  - {id: b, uses: transform}\n  - {id: fix, uses: transform}\n  - {id: c, uses: transform}\n  - {id: d, uses: transform, needs: b, on_error: {goto: late}}\n  - {id: late, uses: transform, needs: [], if: "inputs == {}"}',
    );
    expect(steps.map((s) => s.needs)).toEqual([[], ['a'], ['b', 'a'], ['fix'], ['b'], ['d']]);
    const after = (status: string) =>
      scopeOf({
        steps: {
          a: { status, outputs: null, error: null },
          d: { status, outputs: null, error: null },
        },
      });
    expect(steps[2]!.condition!.evaluate(after('failed'))).toBe(true);
    expect(steps[2]!.condition!.evaluate(after('succeeded'))).toBe(false);
    expect(steps[2]!.condition!.evaluate(scopeOf({}))).toBe(false);
    expect(steps[5]!.condition!.evaluate(after('failed'))).toBe(true);
    expect(steps[1]!.condition).toBeUndefined();
  });

  test('a jump backwards is a cycle', () => {
    const { problems } = parse(
      'steps:\n  - {id: a, uses: transform}\n  - {id: b, uses: transform, on_error: {goto: a}}',
    );
    expect(problems.map((p) => p.code)).toEqual(['workflow.cycle']);
  });

  test('a plain condition does not hold after a failure, one that looks at the outcome decides alone', () => {
    const { steps } = compiled(
      'steps:\n  - {id: a, uses: transform}\n  - {id: b, uses: transform, if: "1 == 1"}\n  - {id: c, uses: transform, needs: a, if: "${{ failure() }}"}\n  - {id: d, uses: transform, needs: a, if: steps.a.status == "failed"}',
    );
    const failed = scopeOf({
      needs: { failed: true, cancelled: false },
      steps: { a: { status: 'failed', outputs: null, error: null } },
    });
    expect(steps.slice(1).map((s) => s.condition!.evaluate(failed))).toEqual([false, true, true]);
    expect(steps[1]!.condition!.evaluate(scopeOf({}))).toBe(true);
    expect(steps[2]!.condition!.evaluate(scopeOf({}))).toBe(false);
  });

  test('defaults, durations and policies', () => {
    const { steps, onFailure, timeoutMs, concurrency } = compiled(
      [
        'timeout: 1h30m',
        'on_interrupted: skip',
        'concurrency: "g-${{ inputs.x }}"',
        'inputs: {x: {}}',
        'steps:',
        '  - id: a',
        '    uses: transform',
        '    timeout: 5',
        '    retry: {attempts: 3}',
        '    foreach: [1, "${{ inputs.x }}"]',
        '    rollback: {uses: shell, with: {run: "undo ${{ steps.a.outputs }}"}, timeout: 1m}',
        'on_failure:',
        '  - {id: f, uses: transform}',
        '  - {id: g, uses: transform, with: {value: "${{ steps.a.?error }}"}}',
      ].join('\n'),
    );
    expect(timeoutMs).toBe(5_400_000);
    expect(concurrency).toMatchObject({ mode: 'queue', max: 1 });
    expect(concurrency!.group.evaluate(scopeOf({ inputs: { x: 'q' } }))).toBe('g-q');
    expect(steps[0]).toMatchObject({
      timeoutMs: 5000,
      onInterrupted: 'skip',
      onError: 'fail',
      retry: { attempts: 3, backoffMs: 1000, factor: 2, maxMs: 300_000, jitter: 0.1 },
      rollback: { own: false, timeoutMs: 60_000 },
    });
    expect(steps[0]!.foreach!.evaluate(scopeOf({ inputs: { x: 'q' } }))).toEqual([1, 'q']);
    expect(onFailure.map((s) => s.needs)).toEqual([[], ['f']]);
  });
});

import { describe, expect, test } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import { workflowCompletedTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import type { CompiledWorkflow } from '#main/workflows/language/index.ts';
import { createCompletions } from './completed.ts';

function world() {
  const reports: string[] = [];
  const completions = createCompletions({
    clock: new ManualClock(Date.UTC(2026, 0, 1)),
    log: silentLogger,
    secrets: { get: () => undefined, names: () => [] },
    compile: (value) => compileJson(value, { stepIds: new Set() }),
    report: (workflow, error) => reports.push(`${workflow} ${error.code}`),
    workflow: (name) => {
      if (name !== 'broken') return { name } as CompiledWorkflow;
      throw new NexusError({ code: 'workflow.invalid', message: 'Two problems.' });
    },
  });
  const ended = (workflow: string, parts: Partial<RunSummary> = {}) =>
    completions
      .followers({ id: 'run_1', workflow, status: 'succeeded', ...parts } as RunSummary, { n: 1 })
      .map((request) => request.workflow.name);
  return { completions, ended, reports };
}

const after = (workflow: string, parts: object = {}) =>
  workflowCompletedTrigger.parse({ workflow, ...parts });

describe('following', () => {
  test('a follow-up sees what ended and how', () => {
    const { completions } = world();
    completions.sync('b', [after('a', { inputs: { got: '${{ trigger.outputs.n }}', by: 'a' } })]);
    const run = { id: 'run_7', workflow: 'a', status: 'succeeded' } as RunSummary;
    expect(completions.followers(run, { n: 1 })).toEqual([
      {
        workflow: { name: 'b' },
        inputs: { got: 1, by: 'a' },
        trigger: {
          kind: 'workflow_completed',
          source: 'run_7',
          payload: {
            run: 'run_7',
            workflow: 'a',
            status: 'succeeded',
            outputs: { n: 1 },
            error: null,
          },
        },
      },
    ]);
  });

  test('only the ends that were asked for, by default success', () => {
    const { completions, ended } = world();
    completions.sync('good', [after('a')]);
    completions.sync('bad', [after('a', { status: ['failed', 'cancelled'] })]);
    completions.sync('both', [after('a', { status: ['failed'] }), after('b')]);
    expect(ended('a')).toEqual(['good']);
    expect(ended('a', { status: 'failed' })).toEqual(['bad', 'both']);
    expect(ended('a', { status: 'cancelled' })).toEqual(['bad']);
    expect(ended('b')).toEqual(['both']);
    expect(ended('other')).toEqual([]);
  });

  test('a run that the workflow’s concurrency turned away has no followers', () => {
    const { completions, ended } = world();
    completions.sync('bad', [after('a', { status: ['cancelled'] })]);
    const error = { code: 'run.skipped', message: '', kind: 'operational' as const };
    expect(ended('a', { status: 'cancelled', error })).toEqual([]);
  });

  test('a sync replaces what was waited for, and an empty one ends it', () => {
    const { completions, ended } = world();
    completions.sync('b', [after('a')]);
    completions.sync('c', [after('a')]);
    completions.sync('b', [after('x')]);
    expect([ended('a'), ended('x')]).toEqual([['c'], ['b']]);
    completions.sync('b', []);
    expect([ended('a'), ended('x')]).toEqual([['c'], []]);
  });
});

describe('trouble with one follower', () => {
  // The engine asks in the middle of a commit: nothing may be thrown there.
  test('is told, and the others start', () => {
    const { completions, ended, reports } = world();
    completions.sync('broken', [after('a')]);
    completions.sync('lost', [after('a', { inputs: { x: '${{ trigger.outputs.missing }}' } })]);
    completions.sync('fine', [after('a')]);
    expect(ended('a')).toEqual(['fine']);
    expect(reports).toEqual(['broken workflow.invalid', expect.stringMatching(/^lost expression/)]);
  });

  test('an expression that is none is left out', () => {
    const { completions, ended } = world();
    completions.sync('b', [after('a', { inputs: { x: '${{ trigger.( }}' } }), after('c')]);
    expect([ended('a'), ended('c')]).toEqual([[], ['b']]);
  });
});

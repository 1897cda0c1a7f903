import { describe, expect, it } from 'vitest';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import { concludeRun, statusExit, stepLine } from './follow.ts';
import { captured } from './here.testing.ts';
import { runJson } from './runJson.ts';

const step = (more: Partial<RunStep> = {}): RunStep =>
  ({ id: 'build', uses: 'shell', status: 'succeeded', attempts: 1, ...more }) as RunStep;
const run = (more: Partial<RunDetail> = {}): RunDetail =>
  ({
    id: 'run_1',
    workflow: 'backup',
    status: 'succeeded',
    created_at: '2026-11-21T12:00:00.000Z',
    trigger: { kind: 'manual' },
    definition_hash: 'abc',
    steps: [],
    ...more,
  }) as RunDetail;
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

describe('stepLine', () => {
  it.each([
    [{}, '✓ build (shell) succeeded'],
    [{ started_at: at(0), ended_at: at(0.25) }, '✓ build (shell) succeeded 250 ms'],
    [{ started_at: at(0), ended_at: at(12.34) }, '✓ build (shell) succeeded 12.3 s'],
    [{ status: 'running' as const, attempts: 3 }, '▶ build (shell) running attempt 3'],
    [
      { status: 'waiting' as const, blocked_by: 'vault' as const },
      '… build (shell) waiting for the vault to be unlocked',
    ],
    [
      {
        status: 'failed' as const,
        error: {
          code: 'shell.failed',
          message: 'It ended with 7.',
          kind: 'operational' as const,
          hint: 'Look.',
        },
      },
      '✗ build (shell) failed It ended with 7. [shell.failed] — Look.',
    ],
  ])('%j', (more, line) => {
    expect(stepLine(step(more as Partial<RunStep>))).toBe(line);
  });
});

describe('the end of a followed run', () => {
  it('names the run, its time and its outputs on stdout, and its error on stderr', async () => {
    const failed = run({
      status: 'failed',
      started_at: at(0),
      ended_at: at(3),
      outputs: { n: 1 },
      error: { code: 'run.failed', message: 'A step failed.', kind: 'user' },
    });
    let code: number | undefined;
    const said = await captured(() => (code = concludeRun(failed)));
    expect(said.stdout).toBe('✗ run run_1 failed in 3.0 s\n{\n  "n": 1\n}\n');
    expect(said.stderr).toBe('error: A step failed. [run.failed]\n');
    expect(code).toBe(1);
  });

  it('prints no empty outputs', async () => {
    const said = await captured(() => concludeRun(run({ outputs: {} })));
    expect(said).toEqual({ stdout: '✓ run run_1 succeeded\n', stderr: '' });
  });

  it('is a success for one status alone', () => {
    for (const status of ['failed', 'cancelled', 'interrupted', 'waiting', 'queued', 'running'])
      expect(statusExit(run({ status: status as RunDetail['status'] })), status).toBe(1);
    expect(statusExit(run())).toBe(0);
  });
});

describe('runJson', () => {
  it('has every key of version 1, also where there is nothing to say', () => {
    // Bug caught: `jq .run.error` gives a different thing for a run without one.
    expect(runJson(run({ steps: [step()] }))).toEqual({
      id: 'run_1',
      workflow: 'backup',
      status: 'succeeded',
      created_at: '2026-11-21T12:00:00.000Z',
      started_at: null,
      ended_at: null,
      trigger: 'manual',
      parent: null,
      definition_hash: 'abc',
      inputs: {},
      steps: [
        {
          id: 'build',
          uses: 'shell',
          status: 'succeeded',
          attempts: 1,
          started_at: null,
          ended_at: null,
          outputs: null,
          error: null,
        },
      ],
      outputs: null,
      error: null,
    });
  });

  it('adds what a step alone has: a file of outputs, a due time, items', () => {
    const items = [{ index: 0, status: 'succeeded', attempts: 1 }] as RunStep['items'];
    const json = runJson(run({ steps: [step({ outputs_file: 'f', due_at: at(0), items })] }));
    expect(json.steps[0]).toMatchObject({
      outputs_file: 'f',
      due_at: at(0),
      items: [{ index: 0, outputs: null, error: null }],
    });
  });
});

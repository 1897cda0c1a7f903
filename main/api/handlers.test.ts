import { describe, expect, it } from 'vitest';
import type { Caller } from '#contract/platform.ts';
import type { RunDetail } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { compareRuns } from './compareRuns.ts';
import { statusOf, toProblem } from './errors.ts';
import { createApi } from './index.ts';
import { memoryServices, sampleDetail } from './services.testing.ts';

const owner: Caller = { name: 'owner', role: 'operator', face: 'rest' };
function local() {
  const services = memoryServices();
  const api = createApi({ services, record: async () => undefined, log: silentLogger });
  return { services, client: api.localClient(owner) };
}

describe('handlers', () => {
  it('start a run with the outputs of another pinned, those given by name first', async () => {
    const { services, client } = local();
    await client.runs.start({
      name: 'hello',
      from_run: 'run_0',
      from_step: 'two',
      pinned: { zero: 0 },
    });
    expect(services.reached.at(-1)).toMatchObject({
      name: 'engine.start',
      args: [
        {
          fromStep: 'two',
          parent: 'run_0',
          pinned: { one: { n: 1 }, zero: 0 },
          trigger: { kind: 'api', by: 'owner' },
        },
      ],
    });
    await client.runs.start({ name: 'hello', source: 'name: x' });
    expect(services.reached.slice(-2)).toMatchObject([
      { name: 'workflows.compiled', args: ['hello', 'name: x'] },
      { args: [{ pinned: {}, fromStep: undefined }] },
    ]);
  });

  it('a run of everything takes what is pinned by name, and nothing of the run it is compared with', async () => {
    const { services, client } = local();
    await client.runs.start({ name: 'hello', from_run: 'run_0', pinned: { one: { n: 2 } } });
    expect(services.reached.at(-1)).toMatchObject({ name: 'engine.start' });
    expect(services.reached.at(-1)?.args[0]).toMatchObject({ pinned: { one: { n: 2 } } });
    expect(services.reached.at(-1)?.args[0]).not.toHaveProperty('pinned.zero');
  });

  it('retry on the latest version only when that is asked for', async () => {
    const { services, client } = local();
    await client.runs.retry({ id: 'run_1' });
    expect(services.reached.at(-1)?.args[1]).toMatchObject({ from: 'failed', latest: undefined });
    await client.runs.retry({ id: 'run_1', version: 'latest', from: 'start' });
    expect(services.reached.at(-1)?.args[1]).toMatchObject({
      from: 'start',
      latest: { name: 'hello' },
    });
  });

  it('tell the engine who approves and which roles they have', async () => {
    const { services, client } = local();
    await client.runs.approve({ id: 'run_1', choice: 'yes' });
    expect(services.reached.at(-1)?.args[1]).toMatchObject({
      by: 'owner',
      roles: ['viewer', 'operator'],
      choice: 'yes',
    });
  });

  it('list by one status or several, since an instant', async () => {
    const { services, client } = local();
    await client.runs.list({ status: 'failed', since: '2026-11-21T00:00:00Z' });
    expect(services.reached.at(-1)?.args[0]).toMatchObject({
      status: ['failed'],
      since: Date.UTC(2026, 10, 21),
      limit: 100,
    });
  });
});

describe('errors', () => {
  it('in this process are our own, abort included', async () => {
    const { client } = local();
    const error = await client.runs.get({ id: 'missing' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NexusError);
    expect(error).toMatchObject({ code: 'run.not_found', hint: 'List them.' });
  });

  it('have a status by code, by its last word, else by whose problem it is', () => {
    const of = (code: string, kind: 'user' | 'operational' | 'unexpected' = 'user') =>
      statusOf({ code, kind });
    expect([
      of('access.unauthenticated'),
      of('run.not_found'),
      of('workflow.changed'),
      of('workflow.invalid'),
    ]).toEqual([401, 404, 409, 422]);
    expect([
      of('whatever'),
      of('database.full', 'operational'),
      of('internal', 'unexpected'),
    ]).toEqual([400, 503, 500]);
  });

  it('are problem details with our code and hint', () => {
    const problem = toProblem(
      new NexusError({
        code: 'run.not_found',
        message: 'No run.',
        hint: 'List them.',
        details: { id: 'x' },
      }),
    );
    expect(problem).toEqual({
      type: 'urn:nexus:error:run.not_found',
      title: 'No run.',
      detail: 'No run.',
      status: 404,
      code: 'run.not_found',
      kind: 'user',
      hint: 'List them.',
      details: { id: 'x' },
    });
  });
});

describe('comparing runs', () => {
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
  const run = (...steps: Partial<RunDetail['steps'][number]>[]): RunDetail => ({
    ...sampleDetail,
    steps: steps.map((step) => ({
      id: 'a',
      uses: 'shell',
      status: 'succeeded',
      attempts: 1,
      ...step,
    })),
  });

  it('finds nothing between a run and itself', () => {
    expect(compareRuns(sampleDetail, sampleDetail)).toMatchObject({
      same_definition: true,
      differences: [],
    });
  });

  it('names what changed, what is missing on either side, and durations that really differ', () => {
    const a = run(
      { id: 'a', outputs: { n: 1 }, started_at: at(0), ended_at: at(1000) },
      { id: 'gone' },
    );
    const b = run(
      { id: 'a', outputs: { n: 2 }, status: 'failed', started_at: at(0), ended_at: at(2000) },
      { id: 'new' },
    );
    expect(compareRuns(a, b).differences).toEqual([
      { step: 'a', what: 'status', a: 'succeeded', b: 'failed' },
      { step: 'a', what: 'outputs', a: { n: 1 }, b: { n: 2 } },
      { step: 'a', what: 'duration', a: 1000, b: 2000 },
      { step: 'gone', what: 'missing', a: 'succeeded' },
      { step: 'new', what: 'missing', b: 'succeeded' },
    ]);
    const quick = compareRuns(
      run({ started_at: at(0), ended_at: at(10) }),
      run({ started_at: at(0), ended_at: at(40) }),
    );
    expect(quick.differences).toEqual([]);
  });
});

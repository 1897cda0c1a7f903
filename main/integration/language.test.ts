import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statuses } from '#main/workflows/engine/testing.ts';
import { until } from './nexus.testing.ts';
import { openPlatform, outputsOf } from './platform.testing.ts';

describe('the order of steps', () => {
  it('retries as often as it says and counts the attempts', async () => {
    const { run, home } = await openPlatform();
    const ended = await run(`name: again
steps:
  - id: third
    uses: shell
    with: { run: 'echo x >> ${home}/tries; [ $(wc -l < ${home}/tries) -ge 3 ]' }
    retry: { attempts: 5, backoff: 10ms, jitter: 0 }
  - id: never
    uses: shell
    with: { run: exit 9 }
    retry: { attempts: 2, backoff: 10ms }
    on_error: continue
  - id: other_code
    uses: shell
    with: { run: exit 9 }
    retry: { attempts: 4, backoff: 10ms, on: [http.*] }
    on_error: continue
`);
    expect(ended.steps.map((step) => [step.id, step.status, step.attempts])).toEqual([
      ['third', 'succeeded', 3],
      ['never', 'failed', 2],
      ['other_code', 'failed', 1],
    ]);
    expect(ended.status).toBe('succeeded');
  });

  it('times out a step and a run, and ends what they started', async () => {
    const { run } = await openPlatform();
    const step = await run(
      'name: slow\nsteps:\n  - { id: a, uses: shell, timeout: 300ms, with: { run: sleep 60 } }\n',
    );
    expect(step.steps[0]).toMatchObject({ status: 'failed', error: { code: 'step.timeout' } });
    const whole = await run(
      'name: slow\ntimeout: 300ms\nsteps:\n  - { id: a, uses: wait, with: { duration: 1h } }\n',
    );
    expect(whole).toMatchObject({ status: 'failed', error: { code: 'run.timeout' } });
  });

  it('jumps forward on an error, skips what lies between, and lets on_failure see why', async () => {
    const { run } = await openPlatform();
    const jumped = await run(`name: jump
steps:
  - { id: a, uses: shell, with: { run: exit 4 }, on_error: { goto: rescue } }
  - { id: b, uses: shell, with: { run: echo b } }
  - { id: rescue, uses: transform, with: { set: { why: '\${{ steps.a.error.code }}' } } }
  - { id: after, uses: transform, with: { set: { ok: true } } }
`);
    expect(statuses(jumped)).toEqual({
      a: 'failed',
      b: 'skipped',
      rescue: 'succeeded',
      after: 'succeeded',
    });
    expect(jumped.status).toBe('succeeded');
    const failed = await run(`name: failure
steps:
  - { id: a, uses: shell, with: { run: exit 4 } }
  - { id: b, uses: shell, with: { run: echo b } }
on_failure:
  - { id: tell, uses: transform, with: { set: { status: '\${{ steps.a.status }}' } } }
`);
    expect(statuses(failed)).toEqual({ a: 'failed', b: 'skipped', tell: 'succeeded' });
    expect(outputsOf(failed, 'tell')).toEqual({ status: 'failed' });
    expect(failed.status).toBe('failed');
  });

  it('rolls back in reverse order what had succeeded', async () => {
    const { run, home } = await openPlatform();
    const step = (id: string) => `
  - id: ${id}
    uses: shell
    with: { run: 'echo do-${id} >> ${home}/order' }
    rollback: { uses: shell, with: { run: 'echo undo-${id} >> ${home}/order' } }`;
    const ended = await run(
      `name: undo\nsteps:${step('a')}${step('b')}\n  - { id: c, uses: shell, with: { run: exit 1 } }\n`,
    );
    expect(ended.status).toBe('failed');
    expect(readFileSync(join(home, 'order'), 'utf8').split('\n')).toEqual([
      'do-a',
      'do-b',
      'undo-b',
      'undo-a',
      '',
    ]);
  });

  it('runs each item of a foreach, at most so many at once, and keeps their order', async () => {
    const { run, home } = await openPlatform();
    const ended = await run(`name: each
inputs: { list: { type: array, default: [3, 1, 2, 5, 4] } }
steps:
  - id: item
    uses: shell
    foreach: \${{ inputs.list }}
    max_parallel: 2
    with:
      run: |
        echo + >> ${home}/live; sleep 0.05; echo - >> ${home}/live
        printf '{"n": %s, "i": %s}' \${{ item }} \${{ index }}
  - id: sum
    uses: transform
    with: { set: { n: '\${{ steps.item.outputs.map(one, one.json.n) }}' } }
`);
    expect(ended.error).toBeUndefined();
    expect(outputsOf(ended, 'sum')).toEqual({ n: [3, 1, 2, 5, 4] });
    let live = 0;
    for (const mark of readFileSync(join(home, 'live'), 'utf8').trim().split('\n')) {
      live += mark === '+' ? 1 : -1;
      expect(live).toBeLessThanOrEqual(2);
    }
  });

  it('calls a sub-workflow, hands its outputs back, and stops an endless chain', async () => {
    const { run, save, client } = await openPlatform();
    save(
      'child',
      'name: child\ninputs: { n: { type: integer } }\nsteps:\n  - { id: x, uses: transform, with: { set: { n: "${{ inputs.n * 2 }}" } } }\noutputs: { doubled: "${{ steps.x.outputs.n }}" }\n',
    );
    save(
      'self',
      'name: self\nsteps:\n  - { id: again, uses: workflow, with: { workflow: self } }\n',
    );
    await until(async () =>
      (await client.workflows.list({})).workflows.some((one) => one.name === 'self'),
    );
    const ended = await run(
      'name: parent\nsteps:\n  - { id: call, uses: workflow, with: { workflow: child, inputs: { n: 21 } } }\noutputs: { answer: "${{ steps.call.outputs.outputs.doubled }}" }\n',
    );
    expect(ended.steps[0]!.error).toBeUndefined();
    expect(ended.outputs).toEqual({ answer: 42 });
    const { run: endless } = await client.runs.start({ name: 'self' });
    const deep = await until(async () => {
      const { run: now } = await client.runs.get({ id: endless.id });
      return now.status === 'failed' && now;
    });
    expect(JSON.stringify(deep.steps[0]!.error)).toContain('run.too_deep');
  });

  it('puts outputs over 256 KiB into a file, with a preview in the journal', async () => {
    const { run } = await openPlatform();
    const ended = await run(
      'name: big\nsteps:\n  - id: a\n    uses: code\n    with: { code: "return { text: \'x\'.repeat(400000) }" }\n  - { id: b, uses: transform, with: { set: { size: "${{ size(steps.a.outputs.text) }}" } } }\n',
    );
    expect(ended.error).toBeUndefined();
    const [big] = ended.steps;
    expect(big!.outputs_file).toBeTruthy();
    expect(JSON.stringify(big!.outputs).length).toBeLessThan(256 * 1024);
    expect(outputsOf(ended, 'b')).toEqual({ size: 400_000 });
  });
});

describe('concurrency', () => {
  const grouped = (mode: string) =>
    `name: grouped\nconcurrency: { group: one, mode: ${mode} }\nsteps:\n  - { id: a, uses: wait, with: { event: go-${mode} } }\n`;

  it('queue: the next one waits; skip: it is not run; cancel: it replaces the one before', async () => {
    const { start, client } = await openPlatform();
    const status = async (id: string) => (await client.runs.get({ id })).run.status;
    const queue = [await start(grouped('queue')), await start(grouped('queue'))];
    await until(async () => (await status(queue[0]!)) === 'waiting');
    expect(await status(queue[1]!)).toBe('queued');
    await client.runs.event({ name: 'go-queue' });
    await until(async () => (await status(queue[0]!)) === 'succeeded');
    await until(async () => (await status(queue[1]!)) === 'waiting');
    // The group is one for all its modes: this one finds it taken.
    const skipped = await start(grouped('skip'));
    expect(await status(skipped)).toBe('cancelled');
    const winner = await start(grouped('cancel'));
    await until(async () => (await status(queue[1]!)) === 'cancelled');
    await until(async () => (await status(winner)) === 'waiting');
  });
});

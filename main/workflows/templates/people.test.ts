import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { gallery, templateTests } from './gallery.testing.ts';
import { begin, restart } from './run.testing.ts';

const { run, at, titles, tried, harness } = templateTests();

describe('templates that wait while Nexus is restarted', () => {
  it('approval-chain still asks, and goes on with the answers', async () => {
    const inputs = { command: `touch ${at('made')}` };
    const { run: id } = await begin('approval-chain', inputs, harness());
    const roles = ['operator', 'admin'];
    const decide = (step: string, fields: Record<string, Json>) => ({
      step,
      choice: 'approve',
      fields,
      by: 'ada',
      roles,
    });
    let engine = await restart(harness());
    await engine.approve(id, decide('first', { reason: 'load' }));
    await engine.parked();
    engine = await restart(harness());
    expect(engine.approvals().approvals).toMatchObject([
      { step: 'second', message: 'ada says: load', who: ['admin'] },
    ]);
    await engine.approve(id, decide('second', { delay: '0s' }));
    expect((await engine.finished(id)).outputs).toEqual({ made: true });
    expect(existsSync(at('made'))).toBe(true);
  });

  it('wait-for-event is woken by the key it waits for, and by no other', async () => {
    const { run: id } = await begin('wait-for-event', { order: '7' }, harness());
    const engine = await restart(harness());
    expect(await engine.sendEvent({ name: 'delivered', key: '8' })).toBe(0);
    expect(await engine.sendEvent({ name: 'delivered', key: '7', data: { by: 'post' } })).toBe(1);
    expect((await engine.finished(id)).outputs).toEqual({ arrived: true });
  });

  it('wait-for-event reminds after its two days, also when they passed while Nexus was off', async () => {
    const { run: id, clock } = await begin('wait-for-event', { order: '9' }, harness());
    clock.advance(86_400_000);
    const engine = await restart(harness());
    expect(engine.get(id).status).toBe('waiting');
    clock.advance(86_400_001);
    expect((await engine.finished(id)).outputs).toEqual({ arrived: false });
    expect(titles()).toEqual(['Order 9 has not arrived']);
  });
});

describe('templates about people', () => {
  it('approval-chain makes the change after two agreements only', async () => {
    const command = `touch ${at('made')}`;
    const first = { choice: 'approve', fields: { reason: 'load' } };
    expect((await run('approval-chain', { command })).outputs).toEqual({ made: false });
    expect((await run('approval-chain', { command }, { approvals: { first } })).outputs).toEqual({
      made: false,
    });
    expect(existsSync(at('made'))).toBe(false);
    const second = { choice: 'approve', fields: { delay: '0s' } };
    const both = await run('approval-chain', { command }, { approvals: { first, second } });
    expect(both.outputs).toEqual({ made: true });
    expect(existsSync(at('made'))).toBe(true);
  });

  it('wait-for-event goes one way or the other', async () => {
    expect((await run('wait-for-event')).outputs).toEqual({ arrived: false });
    const { outputs } = await run('wait-for-event', {}, { events: { delivered: { by: 'post' } } });
    expect(outputs).toEqual({ arrived: true });
    expect(titles()).toEqual(['Order 1001 has not arrived', 'Order 1001 arrived']);
  });
});

it('runs the templates of its part of the gallery, and no other', () => {
  expect(tried()).toEqual(gallery.people);
});

import { describe, expect, test } from 'vitest';
import type { RunDetail } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { hub, HUB, world } from './webhook.testing.ts';

describe('the answer', () => {
  test('202 only after the run is committed', async () => {
    const { hook, send, behaviour } = world();
    hook({});
    behaviour.start = () => {
      throw new NexusError({
        code: 'database.full',
        message: 'The disk is full.',
        kind: 'operational',
      });
    };
    const answer = await send();
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    behaviour.start = () => {
      throw new TypeError('a defect with /a/path in it');
    };
    expect(answer.body).not.toContain('disk');
    const defect = await send();
    expect(defect.status).toBe(500);
    expect(defect.body).not.toContain('/a/path');
  });

  test('a database that cannot be written is 503, and its place is not told', async () => {
    const { hook, send, db, runs } = world();
    hook({ auth: HUB });
    db.pragma('query_only = ON');
    const answer = await send({ body: '{}', headers: hub('{}') });
    expect([answer.status, answer.json.code]).toEqual([503, 'database.read_only']);
    expect(answer.json.hint).toBeUndefined();
    expect(runs).toEqual([]);
  });

  test('when_finished tells the outputs, or that it failed', async () => {
    const { hook, send, behaviour } = world();
    hook({ respond: 'when_finished' });
    expect((await send()).json).toEqual({
      run: { id: 'run_1', status: 'succeeded', outputs: { sum: 3 } },
    });
    behaviour.finished = async (id) =>
      ({
        id,
        status: 'failed',
        error: { code: 'shell.exit', message: 'It ended with 1.', kind: 'user' },
      }) as unknown as RunDetail;
    expect(await send()).toMatchObject({
      status: 500,
      json: { run: { id: 'run_2', status: 'failed', error: { code: 'shell.exit' } } },
    });
  });

  test('a run that takes too long becomes a 202 with its address', async () => {
    const { hook, send, behaviour, clock } = world();
    hook({ respond: 'when_finished' });
    let stopped: AbortSignal | undefined;
    behaviour.finished = (_, signal) => {
      stopped = signal;
      return new Promise(() => {});
    };
    const answer = send();
    while (!stopped) await new Promise(setImmediate);
    clock.advance(30_000);
    expect(await answer).toMatchObject({
      status: 202,
      headers: { location: '/api/v1/runs/run_1' },
      json: { run: { id: 'run_1' } },
    });
    // Nobody is left waiting for the run.
    expect(stopped.aborted).toBe(true);
  });

  test('by_step says what the respond step said', async () => {
    const { hook, send, behaviour } = world();
    hook({ respond: 'by_step' });
    behaviour.response = Promise.resolve({
      status: 201,
      headers: {
        'X-Id': '7',
        'Content-Type': 'text/html',
        'Set-Cookie': 'a=b',
        'x-bad': 'a\r\nb: c',
        'bad name': 'x',
        'Content-Security-Policy': 'none',
      },
      body: '<b>ok</b>',
    });
    expect(await send()).toMatchObject({ status: 201, body: '<b>ok</b>' });
    expect((await send()).headers).toEqual({
      'content-type': 'text/html',
      'x-id': '7',
      'cache-control': 'no-store',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    behaviour.response = Promise.resolve({ status: 200, headers: {}, body: { a: [1] } });
    expect(await send()).toMatchObject({
      body: '{"a":[1]}',
      headers: { 'content-type': 'application/json' },
    });
    // A run that ends without such a step answers with its end.
    behaviour.response = Promise.resolve(undefined);
    expect((await send()).json.run.outputs).toEqual({ sum: 3 });
  });

  test('turned away by the workflow’s concurrency', async () => {
    const { hook, send, behaviour } = world();
    hook({ respond: 'by_step' });
    behaviour.skipped = true;
    expect(await send()).toMatchObject({ status: 202, json: { skipped: true } });
  });
});

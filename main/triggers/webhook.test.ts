import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { webhookTrigger } from '#contract/workflow.ts';
import { NexusError } from '#main/base/errors.ts';
import { queryOf } from './request.ts';
import { BEARER, hub, HUB, standard, STANDARD, world } from './webhook.testing.ts';

describe('a delivery seen twice starts one run', () => {
  test.each([
    ['standard-webhooks', STANDARD, standard('{}')],
    ['github, with its id', HUB, { ...hub('{}'), 'x-github-delivery': 'd1' }],
    ['github, without an id', HUB, hub('{}')],
    ['bearer with an id', BEARER, { authorization: 'Bearer tok', 'webhook-id': 'x' }],
    ['none with an id', 'none', { 'x-github-delivery': 'x' }],
  ])('fifty at once: %s', async (_, auth, headers) => {
    const { hook, send, runs } = world();
    hook({ auth });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send({ body: '{}', headers })),
    );
    expect(runs).toHaveLength(1);
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.json.run.id}`))).toEqual(
      new Set(['202 run_1']),
    );
    expect(answers.filter((answer) => answer.json.duplicate)).toHaveLength(49);
  });

  test('GitHub’s id is not signed: a captured request with another id is still the same', async () => {
    const { hook, send, runs, clock } = world();
    hook({ auth: HUB });
    const replay = (id: string) =>
      send({ body: '{}', headers: { ...hub('{}'), 'x-github-delivery': id } });
    await replay('d1');
    await replay('d2');
    clock.advance(4 * 60_000);
    await replay('d3');
    expect(runs).toHaveLength(1);
    // Replays do not prolong the window of five minutes.
    clock.advance(2 * 60_000);
    await replay('d4');
    expect(runs).toHaveLength(2);
    // A redelivery by GitHub carries the first id, days later.
    clock.advance(86_400_000);
    await replay('d1');
    expect(runs).toHaveLength(2);
  });

  test('what was seen is still known after a restart', async () => {
    const first = world();
    first.hook({ auth: HUB });
    await first.send({ body: '{}', headers: hub('{}') });
    expect(first.db.prepare('SELECT token FROM webhook_deliveries').all()).toHaveLength(1);
  });

  test('the workflow’s own key decides, with or without ${{ }}', async () => {
    for (const dedupe of [
      'trigger.body.order',
      '${{ trigger.body.order }}',
      'order-${{ trigger.body.order }}',
    ]) {
      const { hook, send, runs } = world();
      hook({ dedupe });
      const headers = { 'content-type': 'application/json' };
      for (const order of [1, 2, 1, 1, 2]) await send({ headers, body: `{"order":${order}}` });
      expect(runs).toHaveLength(2);
    }
  });

  test('a key over an unsigned header does not open the door to replays', async () => {
    for (const [auth, signed] of [
      [HUB, hub('{}')],
      [STANDARD, standard('{}')],
    ] as const) {
      const { hook, send, runs } = world();
      hook({ auth, dedupe: 'trigger.headers["x-any"]' });
      for (const any of ['1', '2', '3'])
        await send({ body: '{}', headers: { ...signed, 'x-any': any } });
      expect(runs).toHaveLength(1);
    }
  });

  test('without anything to know them by, two deliveries are two runs', async () => {
    const { hook, send, runs } = world();
    hook({});
    await send();
    await send();
    expect(runs).toHaveLength(2);
  });
});

describe('where', () => {
  test('paths match exactly; methods have their own answer', async () => {
    const { hook, send } = world();
    hook({ path: '/git/push', methods: ['POST', 'PUT'] });
    const status = async (path: string, method = 'POST') => (await send({ path, method })).status;
    expect(await status('git/push')).toBe(202);
    expect(await status('/git/push')).toBe(202);
    for (const path of [
      'git',
      'git/push/more',
      'git/push.json',
      'git//push',
      'GIT/push',
      'git%2Fpush',
      '',
      '__proto__',
    ]) {
      expect(`${path} ${await status(path)}`).toBe(`${path} 404`);
    }
    const refused = await send({ path: 'git/push', method: 'GET' });
    expect(refused).toMatchObject({ status: 405, headers: { allow: 'POST, PUT' } });
    expect(await status('git/push', 'HEAD')).toBe(405);
  });

  test('the first workflow keeps a path, the second is told, and gets it when it is free', async () => {
    const { webhooks, send, hook, runs } = world();
    hook({ methods: ['GET', 'POST'] }, 'first');
    hook({ methods: ['POST', 'PUT'] }, 'second');
    expect(webhooks.problems('first')).toEqual([]);
    expect(webhooks.problems('second')).toMatchObject([
      { problem: { code: 'webhook.path_taken', path: ['on', 'webhook', 0, 'path'] } },
    ]);
    // As somebody writes it: another path or method is free, its own is no conflict with itself.
    const claim = (workflow: string, more: object) =>
      webhooks.conflicts(workflow, [webhookTrigger.parse({ path: 'in', auth: 'none', ...more })])
        .length;
    expect(claim('third', {})).toBe(1);
    expect(claim('third', { path: '/in/' })).toBe(1);
    expect(claim('third', { path: 'out' })).toBe(0);
    expect(claim('third', { methods: ['DELETE'] })).toBe(0);
    expect(claim('third', { enabled: false })).toBe(0);
    expect(claim('first', {})).toBe(0);
    await send();
    await send({ method: 'PUT' });
    hook({ methods: ['GET', 'POST'] }, 'first');
    await send();
    webhooks.sync('first', []);
    expect(webhooks.problems()).toEqual([]);
    await send();
    expect(runs.map((run) => run.workflow)).toEqual(['first', 'second', 'first', 'second']);
    expect(webhooks.list()).toEqual([
      {
        workflow: 'second',
        path: 'in',
        methods: ['POST', 'PUT'],
        auth: 'none',
        respond: 'on_receive',
      },
    ]);
  });

  test('an expression that is none leaves its webhook out, and no other', async () => {
    const { webhooks, send } = world();
    webhooks.sync('w', [
      webhookTrigger.parse({ path: 'bad', auth: 'none', dedupe: 'trigger.(' }),
      webhookTrigger.parse({ path: 'in', auth: 'none' }),
    ]);
    expect((await send({ path: 'bad' })).status).toBe(404);
    expect((await send()).status).toBe(202);
  });

  test('a webhook that is switched off is not there', async () => {
    const { hook, send, webhooks } = world();
    hook({ enabled: false });
    expect((await send()).status).toBe(404);
    expect(webhooks.maxBody('in')).toBeUndefined();
  });

  test('a body over the limit is refused before anything else', async () => {
    const { hook, send, webhooks } = world();
    hook({ max_body: '1 KiB', auth: HUB });
    expect(webhooks.maxBody('/in')).toBe(1024);
    expect((await send({ rawBody: Buffer.alloc(1025) })).status).toBe(413);
    expect((await send({ rawBody: Buffer.alloc(1024) })).status).toBe(401);
  });
});

describe('what the run sees', () => {
  test('the request, without what proves who sent it', async () => {
    const { hook, send, runs } = world();
    hook({
      auth: BEARER,
      inputs: { who: '${{ trigger.body.name }}', all: { n: '${{ size(trigger.query.tag) }}' } },
    });
    await send({
      headers: {
        authorization: 'Bearer tok',
        cookie: 'a=b',
        'content-type': 'application/json; charset=utf-8',
        'x-event': ['a', 'b'],
      },
      query: queryOf('?tag=x&tag=y&__proto__=z'),
      body: '{"name":"Ada"}',
    });
    const [run] = runs;
    expect(run!.inputs).toEqual({ who: 'Ada', all: { n: 2 } });
    expect(run!.trigger).toEqual({
      kind: 'webhook',
      source: '/in',
      payload: {
        method: 'POST',
        path: '/in',
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-event': 'a, b' },
        query: Object.fromEntries([
          ['tag', ['x', 'y']],
          ['__proto__', 'z'],
        ]),
        body: { name: 'Ada' },
      },
    });
  });

  test.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/vnd.api+json', '1', 1],
    ['application/x-www-form-urlencoded', 'a=1&b=2&b=3', { a: '1', b: ['2', '3'] }],
    ['text/plain', 'héllo', 'héllo'],
    [undefined, 'text', 'text'],
    ['application/json', '', null],
    ['application/octet-stream', Buffer.from([0xff, 0xfe]), '//4='],
  ])('a body of type %s', async (type, body, expected) => {
    const { hook, send, runs } = world();
    hook({});
    await send({ headers: { 'content-type': type }, rawBody: Buffer.from(body) });
    expect((runs[0]!.trigger.payload as { body: Json }).body).toEqual(expected);
  });

  test('what says it is JSON and is not is refused', async () => {
    const { hook, send } = world();
    hook({});
    const answer = await send({ headers: { 'content-type': 'application/json' }, body: '{"a":' });
    expect([answer.status, answer.json.code]).toEqual([400, 'webhook.body_invalid']);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test('inputs that cannot be worked out are the sender’s to mend', async () => {
    const { hook, send } = world();
    hook({ inputs: { who: '${{ trigger.body.name }}' } });
    expect((await send()).status).toBe(422);
  });
});

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

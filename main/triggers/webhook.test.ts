import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { webhookTrigger } from '#contract/workflow.ts';
import { queryOf } from './request.ts';
import { BEARER, HUB, world } from './webhook.testing.ts';

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

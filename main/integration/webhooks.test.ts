import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newFolder, serve, type Server } from './nexus.testing.ts';

const KEY = randomBytes(24).toString('base64');

const hook = (name: string, trigger: string, steps = '') =>
  `name: ${name}
on:
  webhook:
    path: /${name}
${trigger.replace(/^/gm, '    ')}
steps:
  - { id: see, uses: transform, with: { set: { body: '\${{ trigger.body }}' } } }
${steps}outputs: { got: '\${{ trigger.body }}' }
`;

async function open(workflows: Record<string, string>): Promise<Server> {
  const home = newFolder();
  mkdirSync(join(home, 'workflows'));
  for (const [name, text] of Object.entries(workflows))
    writeFileSync(join(home, 'workflows', `${name}.yaml`), text);
  return serve(home, {
    NEXUS_SECRET_STANDARD: `whsec_${KEY}`,
    NEXUS_SECRET_GITHUB: 'It is a Secret to Everybody',
    NEXUS_SECRET_BLANK: '   ',
    NEXUS_SECRET_TOKEN: 'bearer-token-123',
  });
}

const runsOf = async (server: Server, workflow: string) => {
  const token = await server.token('viewer');
  const answer = await server.call(`/api/v1/runs?limit=500&workflow=${workflow}`, { token });
  return ((await answer.json()) as { items: { id: string; status: string }[] }).items;
};

const post = (server: Server, path: string, body: string, headers: Record<string, string> = {}) =>
  server.call(`/hooks/${path}`, { method: 'POST', body, headers });

describe('webhooks', () => {
  it('a path that another workflow has is told beside the problems of the file, where it stands', async () => {
    // Bug caught: the second of two workflows never gets a request, and nothing says why.
    const taken = hook('second', 'auth: none').replace('path: /second', 'path: /first');
    const server = await open({ first: hook('first', 'auth: none'), second: taken });
    const token = await server.token('viewer');
    const answer = await server.call('/api/v1/workflows', { token });
    const { workflows } = (await answer.json()) as {
      workflows: { name: string; valid: boolean; problems: object[] }[];
    };
    expect(workflows.map(({ name, problems }) => [name, problems.length])).toEqual([
      ['first', 0],
      ['second', 1],
    ]);
    expect(workflows[1]).toMatchObject({
      valid: true,
      problems: [{ code: 'webhook.path_taken', line: 4, file: 'second.yaml', severity: 'warning' }],
    });
    const validate = async (source: string) => {
      const body = JSON.stringify({ source, file: 'second.yaml' });
      const headers = { 'content-type': 'application/json' };
      const told = await server.call('/api/v1/workflow-validation', {
        method: 'POST',
        token,
        body,
        headers,
      });
      return ((await told.json()) as { problems: { code: string }[] }).problems;
    };
    expect(await validate(taken)).toMatchObject([{ code: 'webhook.path_taken' }]);
    expect(await validate(hook('second', 'auth: none'))).toEqual([]);
  });

  it('take what the Standard Webhooks library signs, once, and refuse everything else', async () => {
    const server = await open({
      standard: hook('standard', 'auth: { hmac: { scheme: standard-webhooks, secret: STANDARD } }'),
    });
    const body = JSON.stringify({ amount: 42, text: 'ü' });
    const signer = new Webhook(`whsec_${KEY}`);
    const signed = (id: string, at: Date, text = body) => ({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signer.sign(id, at, text),
    });
    const now = new Date();
    const headers = signed('msg_1', now);
    const first = await post(server, 'standard', body, headers);
    expect(first.status).toBe(202);
    // Fifty of the same delivery at once are one run, and each is answered as accepted.
    const replays = await Promise.all(
      Array.from({ length: 50 }, () => post(server, 'standard', body, headers)),
    );
    expect(replays.every((one) => one.ok)).toBe(true);
    expect(await runsOf(server, 'standard')).toHaveLength(1);
    const refused = [
      {},
      signed('msg_2', new Date(now.getTime() - 600_000)),
      signed('msg_3', new Date(now.getTime() + 600_000)),
      { ...signed('msg_4', now), 'webhook-id': 'msg_5' },
      signed('msg_6', now, `${body} `),
      { ...signed('msg_7', now), 'webhook-signature': 'v1,' },
    ];
    for (const [index, wrong] of refused.entries()) {
      const answer = await post(server, 'standard', body, wrong as Record<string, string>);
      expect(answer.status, `case ${index}`).toBe(401);
      expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/^webhook\./) });
    }
    expect(await runsOf(server, 'standard')).toHaveLength(1);
    await server.kill('SIGTERM');
  });

  it('take GitHub’s signature and bearer tokens; a missing or blank secret refuses', async () => {
    const server = await open({
      github: hook('github', 'auth: { hmac: { scheme: github, secret: GITHUB } }'),
      bearer: hook('bearer', 'auth: { bearer: { secret: TOKEN } }'),
      blank: hook('blank', 'auth: { bearer: { secret: BLANK } }'),
      blankmac: hook('blankmac', 'auth: { hmac: { scheme: github, secret: BLANK } }'),
      missing: hook('missing', 'auth: { hmac: { scheme: github, secret: NOWHERE } }'),
      open: hook('open', 'auth: none'),
    });
    const body = '{"zen":"Keep it logically awesome."}';
    const sign = (secret: string) => ({
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    });
    expect((await post(server, 'github', body, sign('It is a Secret to Everybody'))).status).toBe(
      202,
    );
    expect((await post(server, 'github', body, sign('wrong'))).status).toBe(401);
    expect(
      (await post(server, 'bearer', body, { authorization: 'Bearer bearer-token-123' })).status,
    ).toBe(202);
    expect(
      (await post(server, 'bearer', body, { authorization: 'Bearer bearer-token-124' })).status,
    ).toBe(401);
    for (const name of ['blank', 'blankmac', 'missing'])
      for (const headers of [
        {},
        { authorization: 'Bearer ' },
        { authorization: 'Bearer    ' },
        sign(''),
        sign('   '),
      ]) {
        const answer = await post(server, name, body, headers as Record<string, string>);
        expect(answer.ok, name).toBe(false);
        expect(await runsOf(server, name)).toHaveLength(0);
      }
    expect((await post(server, 'open', body)).status).toBe(202);
    expect((await post(server, 'nowhere', body)).status).toBe(404);
    expect((await server.call('/hooks/open', { method: 'GET' })).status).toBe(405);
    await server.kill('SIGTERM');
  });

  it('answer when they say: on receipt, when finished, or by the respond step', async () => {
    const server = await open({
      finished: hook('finished', 'auth: none\nrespond: when_finished'),
      answered: hook(
        'answered',
        'auth: none\nrespond: by_step',
        "  - { id: answer, uses: respond, with: { status: 418, body: { you: '${{ trigger.body.name }}' } } }\n  - { id: later, uses: wait, with: { duration: 1h } }\n",
      ),
      limited: hook('limited', 'auth: none\nmax_body: 100B'),
      deduped: hook('deduped', "auth: none\ndedupe: '${{ trigger.body.order }}'"),
    });
    const finished = await post(server, 'finished', '{"a":1}');
    expect(finished.status).toBe(200);
    expect(JSON.stringify(await finished.json())).toContain('"a":1');
    const answered = await post(server, 'answered', '{"name":"you"}');
    expect(answered.status).toBe(418);
    expect(await answered.json()).toEqual({ you: 'you' });
    const large = await post(server, 'limited', JSON.stringify({ a: 'x'.repeat(200) }));
    expect(large.status).toBe(413);
    expect((await post(server, 'limited', '{}')).status).toBe(202);
    const orders = await Promise.all(
      ['1', '1', '2', '1', '2'].map((order) => post(server, 'deduped', JSON.stringify({ order }))),
    );
    expect(orders.every((one) => one.ok)).toBe(true);
    expect(await runsOf(server, 'deduped')).toHaveLength(2);
    await server.kill('SIGTERM');
  });
});

import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import { openPlatform } from './platform.testing.ts';

const hook = (respond: string, steps: string) => `
name: hook
on: { webhook: { path: /in, auth: none, respond: ${respond} } }
steps:
${steps}
`;
const asks = '  - { id: ask, uses: approval, with: { title: Sure } }';

/** A platform with HTTP, and a way to say something to it and hang up. */
async function open(source: string) {
  const lab = await openPlatform({ http: { host: '127.0.0.1', port: 0 } });
  await lab.client.workflows.create({ name: 'hook', source });
  const { port } = new URL(lab.platform.address()!);
  const { engine } = lab.platform;
  const seen = (wanted: (run: RunSummary) => boolean) =>
    (async () => {
      for await (const run of engine.changes()) if (wanted(run)) return run;
      throw new Error('the platform closed');
    })();
  const say = async (head: string, body = '') => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `${head}\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  };
  return { ...lab, engine, seen, say };
}

describe('a sender that leaves before it has an answer', () => {
  it.each(['when_finished', 'by_step'])(
    'leaves its run to go on (%s), and nobody waits for it any more',
    async (respond) => {
      const { client, engine, seen, say } = await open(hook(respond, asks));
      const waiting = seen((run) => run.status === 'waiting');
      const socket = await say('POST /hooks/in HTTP/1.1');
      const { id } = await waiting;
      socket.destroy();
      await once(socket, 'close');
      await client.runs.approve({ id });
      expect((await engine.finished(id)).status).toBe('succeeded');
    },
  );

  it('after its request was accepted over REST leaves the run it started', async () => {
    const { client, engine, seen, say } = await open(hook('on_receive', asks));
    const { secret } = await client.tokens.create({ name: 'ci', role: 'operator' });
    const started = seen((run) => run.workflow === 'hook');
    const socket = await say(
      `POST /api/v1/workflows/hook/runs HTTP/1.1\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json`,
      '{}',
    );
    const { id } = await started;
    socket.destroy();
    await engine.parked();
    await client.runs.approve({ id });
    expect((await engine.finished(id)).status).toBe('succeeded');
    const { items } = await client.audit.list({ action: 'runs.start', limit: 9 });
    expect(items).toMatchObject([{ actor: 'ci', outcome: 'allowed' }]);
  });

  it('in the midst of its body has started nothing', async () => {
    const { client, platform } = await open(hook('on_receive', asks));
    const cut = connect(Number(new URL(platform.address()!).port), '127.0.0.1');
    await once(cut, 'connect');
    cut.end('POST /hooks/in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf');
    await once(cut.resume(), 'close');
    expect((await client.runs.list({ limit: 9 })).items).toEqual([]);
  });
});

describe('GitHub', () => {
  it('delivers one event twice, also at once, and one run comes of it', async () => {
    process.env['NEXUS_SECRET_LEAVING_HUB'] = 'It is a Secret to Everybody';
    const { client, platform } = await open(`
name: hook
on: { webhook: { path: /hub, auth: { hmac: { scheme: github, secret: LEAVING_HUB } } } }
steps: [{ id: a, uses: transform, with: { set: { x: 1 } } }]
`);
    const body = '{"action":"opened"}';
    const deliver = (id: string, text = body) =>
      fetch(new URL('/hooks/hub', platform.address()!), {
        method: 'POST',
        body: text,
        headers: {
          'content-type': 'application/json',
          'x-github-delivery': id,
          'x-hub-signature-256': `sha256=${createHmac('sha256', 'It is a Secret to Everybody').update(text).digest('hex')}`,
        },
      });
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver('d-1')));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect((await client.runs.list({ limit: 99 })).items).toHaveLength(1);
    // A captured request under another id, while its signature is remembered.
    expect(await (await deliver('d-2')).json()).toMatchObject({ duplicate: true });
    await deliver('d-3', '{"action":"closed"}');
    expect((await client.runs.list({ limit: 99 })).items).toHaveLength(2);
    delete process.env['NEXUS_SECRET_LEAVING_HUB'];
  });
});

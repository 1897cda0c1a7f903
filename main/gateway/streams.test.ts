import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogLine } from '#contract/runs.ts';
import { type OpenGateway, openGateway, requestText } from './gateway.testing.ts';

let nexus: OpenGateway;
beforeEach(async () => {
  nexus = await openGateway();
});
afterEach(() => nexus.end());

const line = (seq: number): LogLine => ({
  seq,
  at: '2026-11-21T00:00:00.000Z',
  step: 's',
  attempt: 1,
  stream: 'stdout',
  text: 'x'.repeat(4000),
});

describe('server-sent events', () => {
  it('stop the producer while the reader does not read, and lose nothing', async () => {
    // Bug caught: a curl that is paused while a noisy step fills the memory of the platform.
    const total = 20_000;
    let produced = 0;
    nexus.services.engine.log = async function* () {
      while (produced < total) yield line((produced += 1));
    };
    const socket = connect(nexus.port, '127.0.0.1');
    socket.pause();
    socket.write(requestText(nexus.port, 'GET /api/v1/runs/r/log', nexus.bearer('viewer')));
    let before = -1;
    // Until it stands still: kernel buffers take some megabytes first.
    while (produced !== before || produced === 0) {
      before = produced;
      for (let turn = 0; turn < 50; turn += 1) await fetch(nexus.url('/healthz'));
    }
    expect(produced).toBeLessThan(total);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.resume();
    await once(socket, 'end');
    expect(produced).toBe(total);
    expect(text.match(/"seq":/g)).toHaveLength(total);
    expect(text).toContain('event: done');
  });

  it('end the source when the reader hangs up in the middle', async () => {
    let ended = false;
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    nexus.services.engine.log = async function* (_run, { signal }) {
      try {
        yield line(1);
        await new Promise((resolve) => signal!.addEventListener('abort', resolve));
      } finally {
        ended = true;
        tell();
      }
    };
    const socket = connect(nexus.port, '127.0.0.1');
    socket.write(requestText(nexus.port, 'GET /api/v1/runs/r/log', nexus.bearer('viewer')));
    await once(socket, 'data');
    socket.destroy();
    await told;
    expect(ended).toBe(true);
  });

  it('do not keep the gateway from closing', async () => {
    // Bug caught: `nexus serve` that hangs at Ctrl-C as long as a dashboard is open.
    const other = await openGateway();
    const answer = await fetch(other.url('/api/v1/runs/r/events'), {
      headers: other.bearer('viewer'),
    });
    const reader = answer.body!.getReader();
    await reader.read();
    const drained = (async () => {
      while (!(await reader.read()).done);
    })().catch(() => undefined);
    await other.end();
    await drained;
    await expect(fetch(other.url('/healthz'))).rejects.toThrow('fetch failed');
  });
});

describe('bodies', () => {
  it('that end too early reach no webhook, and the gateway goes on', async () => {
    const socket = connect(nexus.port, '127.0.0.1');
    socket.write(requestText(nexus.port, 'POST /hooks/hello', { 'Content-Length': '100' }, 'half'));
    await once(socket, 'ready');
    await fetch(nexus.url('/healthz'));
    socket.destroy();
    await fetch(nexus.url('/healthz'));
    expect(nexus.delivered).toEqual([]);
  });

  it('that come in pieces are put together, also chunked', async () => {
    const socket = connect(nexus.port, '127.0.0.1');
    socket.write(
      requestText(
        nexus.port,
        'POST /hooks/hello',
        { 'Transfer-Encoding': 'chunked' },
        '3\r\nabc\r\n',
      ),
    );
    await fetch(nexus.url('/healthz'));
    socket.write('2\r\nde\r\n0\r\n\r\n');
    await once(socket, 'data');
    expect(nexus.delivered[0]?.rawBody.toString()).toBe('abcde');
    socket.destroy();
  });

  it('follow each other on one connection', async () => {
    // Bug caught: the second request of a kept-alive connection that sees the first one's body.
    const one = requestText(
      nexus.port,
      'POST /hooks/hello',
      { Connection: 'keep-alive', 'Content-Length': '1' },
      'a',
    );
    const two = requestText(nexus.port, 'POST /hooks/hello', { 'Content-Length': '1' }, 'b');
    const answer = await nexus.raw(one + two);
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(nexus.delivered.map((delivery) => delivery.rawBody.toString())).toEqual(['a', 'b']);
  });
});

describe('a webhook that fails', () => {
  it('answers with problem details, and says nothing of the inside', async () => {
    const other = await openGateway({
      webhooks: {
        maxBody: () => 10,
        handle: () => Promise.reject(new TypeError('cannot read /root/secret')),
      },
    });
    const answer = await fetch(other.url('/hooks/x'), { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/secret|TypeError/);
    expect(other.warnings.map((entry) => entry.message)).toEqual(['A request failed']);
    await other.end();
  });
});

describe('a dashboard that is not built', () => {
  it('says so, and is found once it is', async () => {
    const other = await openGateway({ rendererDir: '/nonexistent/renderer' });
    const { token } = other.access.createLoginLink('admin');
    const cookie = `nexus_session_${other.port}=${other.access.login(token)!.session}`;
    const answer = await fetch(other.url('/'), { headers: { cookie } });
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining('npm run build'),
    ]);
    await other.end();
  });
});

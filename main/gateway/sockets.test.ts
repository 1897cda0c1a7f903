import { once } from 'node:events';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createNexusClient, readStream } from '#contract/client.ts';
import { type OpenGateway, openGateway } from './gateway.testing.ts';

let nexus: OpenGateway;
beforeAll(async () => {
  nexus = await openGateway();
});
afterAll(() => nexus.end());

const open = (headers: Record<string, string>, path = '/ws') =>
  new WebSocket(`ws://127.0.0.1:${nexus.port}${path}`, { headers });
const clientOf = (socket: WebSocket) =>
  createNexusClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
const refusal = async (headers: Record<string, string>, path?: string) => {
  const socket = open(headers, path);
  socket.on('error', () => undefined);
  const [, answer] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ];
  socket.terminate();
  return answer.statusCode;
};
const session = () => {
  const { token } = nexus.access.createLoginLink('operator');
  return `nexus_session_${nexus.port}=${nexus.access.login(token)!.session}`;
};

describe('the WebSocket', () => {
  it('serves a page of the dashboard by its cookie, and a program by its token', async () => {
    const page = open({ cookie: session(), origin: nexus.address });
    expect(await clientOf(page).platform.whoami({})).toEqual({
      name: 'guest',
      role: 'operator',
      face: 'dashboard',
    });
    page.close();
    const program = open(nexus.bearer('viewer'));
    expect(await clientOf(program).platform.whoami({})).toMatchObject({
      role: 'viewer',
      face: 'rest',
    });
    await expect(clientOf(program).runs.cancel({ id: 'run_1' })).rejects.toMatchObject({
      code: 'access.denied',
    });
    program.close();
  });

  it('refuses the unknown, pages of other sites, and every other path', async () => {
    // Bug caught: cross-site WebSocket hijacking; the handshake is no fetch and knows no CORS.
    expect(await refusal({})).toBe(401);
    expect(nexus.audit.list({ limit: 1 }).items[0]).toMatchObject({
      action: 'gateway.websocket',
      outcome: 'refused',
    });
    expect(await refusal({ authorization: 'Bearer nxs_wrong' })).toBe(401);
    expect(await refusal({ cookie: session() })).toBe(401);
    expect(await refusal({ cookie: session(), origin: 'http://evil.example' })).toBe(403);
    expect(await refusal({ cookie: session(), origin: `http://localhost:${nexus.port}` })).toBe(
      403,
    );
    expect(await refusal({ ...nexus.bearer('viewer'), origin: 'null' })).toBe(403);
    expect(await refusal({ ...nexus.bearer('viewer'), host: 'evil.example' })).toBe(421);
    expect(await refusal(nexus.bearer('viewer'), '/ws/')).toBe(404);
    expect(await refusal(nexus.bearer('viewer'), '/hooks/hello')).toBe(404);
  });

  it('stops a caller whose token was revoked, also in the middle of a stream', async () => {
    const { token, secret } = nexus.access.createToken({ name: 'leaving', role: 'viewer' });
    const socket = open({ authorization: `Bearer ${secret}` });
    const client = clientOf(socket);
    let push: (id: string) => void = () => undefined;
    nexus.services.engine.changes = async function* () {
      for (;;)
        yield {
          ...(await import('#main/api/services.testing.ts')).sampleRun,
          id: await new Promise<string>((go) => (push = go)),
        };
    };
    const reading = readStream(client, client.runs.changes({}));
    const first = reading.next();
    await client.platform.whoami({});
    await new Promise(setImmediate);
    push('run_1');
    expect((await first).value).toMatchObject({ id: 'run_1' });
    nexus.access.revokeToken(token.id);
    const second = reading.next();
    push('run_2');
    await expect(second).rejects.toMatchObject({ code: 'access.unauthenticated' });
    await expect(client.runs.list({})).rejects.toMatchObject({ code: 'access.unauthenticated' });
    socket.close();
  });

  it('closes on what is no message, and on too much', async () => {
    for (const garbage of ['{', 'null', '[]', Buffer.from([255, 1, 2])]) {
      const socket = open(nexus.bearer('viewer'));
      await once(socket, 'open');
      socket.send(garbage);
      expect((await once(socket, 'close'))[0]).toBe(1008);
    }
    const socket = open(nexus.bearer('viewer'));
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(9 * 1024 * 1024, 32));
    expect((await once(socket, 'close'))[0]).not.toBe(1000);
  });

  it('ends with the gateway', async () => {
    const other = await openGateway();
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/ws`, {
      headers: other.bearer('viewer'),
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await other.end();
    await closed;
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});

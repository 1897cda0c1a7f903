import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream } from '#contract/client.ts';
import { createApi } from '#main/api/index.ts';
import { memoryServices } from '#main/api/services.testing.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { connectLocal } from './connectLocal.ts';
import { type LocalListener, listenLocal } from './listenLocal.ts';

let folder: string;
let path: string;
let listener: LocalListener | undefined;
const services = memoryServices();
const records: AuditRecord[] = [];
const api = createApi({ services, record: async (e) => void records.push(e), log: silentLogger });
const listen = () => listenLocal({ path, api, version: '1.2.3', log: silentLogger });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-socket-'));
  path = join(folder, 'deep', 'nexus.sock');
  records.length = 0;
});
afterEach(async () => {
  await listener?.close();
  listener = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('the local socket', () => {
  it('gives the owner’s client, whose errors are our own', async () => {
    listener = await listen();
    const local = await connectLocal(path);
    expect(local?.version).toBe('1.2.3');
    expect(await local!.client.platform.whoami({})).toEqual({
      name: 'owner',
      role: 'admin',
      face: 'cli',
    });
    const error = await local!.client.runs.get({ id: 'missing' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NexusError);
    expect(error).toMatchObject({ code: 'run.not_found', hint: 'List them.', kind: 'user' });
    await local!.close();
  });

  it('can be opened by nobody else', async () => {
    // Bug caught: a socket made with the process's umask and tightened only afterwards, or never.
    listener = await listen();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  });

  it('answers undefined where nobody listens', async () => {
    expect(await connectLocal(path)).toBeUndefined();
    writeFileSync(join(folder, 'file'), '');
    expect(await connectLocal(join(folder, 'file'))).toBeUndefined();
  });

  it('takes over what a killed process left behind', async () => {
    // Bug caught: after kill -9 the next start fails with EADDRINUSE, or the command line hangs.
    const code = `require('net').createServer().listen(${JSON.stringify(join(folder, 'n.sock'))}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    path = join(folder, 'n.sock');
    expect(statSync(path).isSocket()).toBe(true);
    expect(await connectLocal(path)).toBeUndefined();
    listener = await listen();
    const local = await connectLocal(path);
    expect(local).toBeDefined();
    await local!.close();
  });

  it('does not push a living one aside, nor a file', async () => {
    // Bug caught: two platforms on one home because the second unlinked the first's socket.
    listener = await listen();
    await expect(listen()).rejects.toMatchObject({ code: 'socket.in_use' });
    expect(await connectLocal(path).then((local) => local?.close())).toBeUndefined();
    path = join(folder, 'file');
    writeFileSync(path, 'mine');
    await expect(listen()).rejects.toMatchObject({ code: 'socket.blocked' });
  });

  it('says so when the other end is of another version or no Nexus', async () => {
    listener = await listen();
    const raw = createConnection({ path });
    raw.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nx-nexus-protocol: 99\r\n\r\n',
    );
    const [answer] = (await once(raw, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 426/);
    expect(answer.toString()).toContain('"code":"socket.protocol"');
    raw.destroy();
    const other = join(folder, 'other.sock');
    const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')).listen(other);
    await once(stranger, 'listening');
    await expect(connectLocal(other)).rejects.toMatchObject({ code: 'socket.protocol' });
    stranger.close();
  });

  it('refuses a browser', async () => {
    listener = await listen();
    const raw = createConnection({ path });
    raw.write(
      'GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nx-nexus-protocol: 1\r\n\r\n',
    );
    raw.resume();
    await once(raw, 'close');
    expect(raw.bytesRead).toBe(0);
  });

  it('streams, acknowledges, and lets the producer end when the reader has enough', async () => {
    // Bug caught: a stream that stands still after the first window, or a source that runs on for ever.
    listener = await listen();
    const local = await connectLocal(path);
    services.log.length = 0;
    for (let seq = 1; seq <= 3000; seq += 1)
      services.log.push({
        seq,
        at: '2026-11-21T00:00:00.000Z',
        step: 's',
        attempt: 1,
        stream: 'stdout',
        text: 'x'.repeat(500),
      });
    let count = 0;
    const client = local!.client;
    for await (const line of readStream(client, client.runs.log({ id: 'run_1', follow: true }))) {
      count += 1;
      expect(line.seq).toBe(count);
      if (count === 3000) break;
    }
    expect(count).toBe(3000);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const event of readStream(
      client,
      client.runs.watch({ id: 'r' }, { signal: stop.signal }),
      stop.signal,
    )) {
      seen.push(event.type);
      if (event.type === 'end') stop.abort();
    }
    expect(seen).toEqual(['run', 'end']);
    await local!.close();
  });
});

describe('a connection that goes away', () => {
  // Bug caught: the command waited for an answer that nobody was left to give, and Node ended it with 0.
  it('fails the calls and the streams that are in flight, and those that come later', async () => {
    listener = await listen();
    const local = await connectLocal(path);
    const stream = await local!.client.platform.watch({});
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    await listener.close();
    listener = undefined;
    await expect(pending).rejects.toMatchObject({ code: 'connection.failed' });
    await expect(local!.client.platform.whoami({})).rejects.toMatchObject({
      code: 'connection.failed',
    });
  });
});

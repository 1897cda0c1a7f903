import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostFiles, partsIn } from './hostFiles.testing.ts';
import { until, type Server } from './nexus.testing.ts';

let server: Server;
let token: string;
/** A folder on the host, which is this machine. */
let remote: string;
const { audited, openDownload, openUpload, post, put, putting } = hostFiles(
  (place) => ({ server, token, remote } = place),
);

describe('the ticket of a transfer', () => {
  it('is good once, and for nobody else', async () => {
    const { url } = await openUpload('f', 1);
    const other = await server.token('admin');
    expect((await put(url, Buffer.from('x'), other)).status).toBe(404);
    expect((await server.call(url, { token })).status).toBe(404);
    expect((await server.call(url, { token, method: 'DELETE' })).status).toBe(405);
    expect((await put(url, Buffer.from('x'))).status).toBe(200);
    expect((await put(url, Buffer.from('x'))).status).toBe(404);
    expect((await server.call('/files/', { token })).status).toBe(404);
  });

  it('is given to administrators, and its bytes to nobody without a name', async () => {
    const operator = await server.token('operator');
    const refused = await post(
      'file-uploads',
      { host: 'web', folder: remote, name: 'f', size: 1 },
      operator,
    );
    expect(refused.code).toBe('access.denied');
    const { url } = await openUpload('f', 1);
    expect((await server.call(url, { method: 'PUT', body: Buffer.from('x') })).status).toBe(401);
    expect((await put(url, Buffer.from('x'), operator)).status).toBe(401);
    expect((await server.call(url)).status).toBe(401);
    const cross = await server.call(url, {
      token,
      method: 'PUT',
      body: Buffer.from('x'),
      headers: { origin: 'https://evil.example' },
    });
    expect(cross.status).toBe(403);
    expect(await audited('gateway.files')).toMatchObject([
      { outcome: 'refused', actor: 'anonymous' },
      { outcome: 'refused', actor: 'anonymous' },
    ]);
    expect(existsSync(join(remote, 'f'))).toBe(false);
  });

  it('ends with the token that it was used by', async () => {
    // Bug caught: a revoked token whose upload goes on for hours.
    const mine = await post('tokens', { name: 'leaver', role: 'admin' });
    const opened = await post(
      'file-uploads',
      { host: 'web', folder: remote, name: 'f', size: 1_000_000 },
      mine.secret,
    );
    const request = putting(opened.url, { authorization: `Bearer ${mine.secret}` });
    request.write(Buffer.alloc(100_000));
    await until(() => partsIn(remote).length === 1);
    await server.call(`/api/v1/tokens/${mine.token.id}`, { token, method: 'DELETE' });
    await until(async () => (await audited('files.upload')).length === 1);
    expect((await audited('files.upload'))[0]).toMatchObject({
      outcome: 'failed',
      code: 'access.unauthenticated',
    });
    request.destroy();
  });
});

describe('memory', () => {
  const peak = () =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024;
  const MIB = 1024 * 1024;

  it('stays small while a large file goes either way', async () => {
    // Bug caught: the whole file collected before it is handed on, or held by a promise until the end.
    const size = 256 * MIB;
    await put((await openUpload('small', 3)).url, Buffer.from('abc'));
    const before = peak();
    const opened = await openUpload('large', size);
    const request = putting(opened.url, { 'content-length': String(size) });
    const answered = new Promise<number>((resolve) =>
      request.once('response', (answer) => resolve(answer.statusCode!)),
    );
    const chunk = randomBytes(MIB);
    for (let i = 0; i < 256; i += 1)
      if (!request.write(chunk)) await new Promise((resolve) => request.once('drain', resolve));
    request.end();
    expect(await answered).toBe(200);
    expect(statSync(join(remote, 'large')).size).toBe(size);
    const answer = await server.call((await openDownload(join(remote, 'large'))).url, { token });
    let bytes = 0;
    for await (const part of answer.body!) bytes += (part as Uint8Array).length;
    expect(bytes).toBe(size);
    expect(peak() - before).toBeLessThan(180);
  }, 180_000);
});

// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder, serve, until, type Server } from './nexus.testing.ts';

let sshd: Sshd;
let server: Server;
let token: string;
/** A folder on the host, which is this machine. */
let remote: string;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(stopAll);
beforeEach(async () => {
  server = await serve(newFolder());
  token = await server.token('admin');
  remote = newFolder('nexus-remote-');
  const added = await server.call('/api/v1/hosts', {
    token,
    method: 'POST',
    body: JSON.stringify({
      name: 'web',
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      identity: [sshd.key],
      options: { accept_new: true, identity_agent: 'none' },
    }),
  });
  if (!added.ok) throw new Error(await added.text());
});

const post = async (path: string, body: object, as = token): Promise<any> => {
  const answer = await server.call(`/api/v1/${path}`, {
    token: as,
    method: 'POST',
    body: JSON.stringify(body),
  });
  return answer.json();
};
const openUpload = (name: string, size: number, more: object = {}): Promise<any> =>
  post('file-uploads', { host: 'web', folder: remote, name, size, ...more });
const openDownload = (path: string): Promise<any> => post('file-downloads', { host: 'web', path });
const put = (url: string, body: Uint8Array, as = token) =>
  server.call(url, { token: as, method: 'PUT', body: Buffer.from(body) });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function audited(action: string): Promise<any[]> {
  const answer = await server.call(`/api/v1/audit?action=${action}&limit=100`, { token });
  const { items } = (await answer.json()) as any;
  return items.toReversed();
}

/** A `PUT` whose body is written by hand. */
function putting(url: string, headers: Record<string, string> = {}): ClientRequest {
  const { hostname, port } = new URL(server.address);
  const request = httpRequest({
    hostname,
    port,
    path: url,
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  request.on('error', () => undefined);
  return request;
}
const partsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.part'));

describe('sending a file from a browser', () => {
  it('goes on for many files over one connection, and leaves nothing of each on it', async () => {
    // Bug caught: every file leaves a listener on the connection, which says so from the eleventh on.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 12; i += 1) {
      const { url } = await openUpload(`many-${i}`, 1);
      const { hostname, port } = new URL(server.address);
      const headers = { authorization: `Bearer ${token}` };
      const where = { hostname, port, path: url, method: 'PUT', headers, agent };
      await new Promise<void>((done, fail) => {
        const sent = httpRequest(where, (answer) => answer.resume().once('end', done));
        sent.once('error', fail).once('socket', (socket) => ports.add(socket.localPort));
        sent.end('x');
      });
    }
    agent.destroy();
    expect(readdirSync(remote)).toHaveLength(12);
    expect(ports.size).toBeLessThanOrEqual(2);
    expect((await server.kill('SIGTERM')).stderr).not.toContain('MaxListeners');
  });

  it.each([
    ['an ordinary name', 'notes.txt'],
    ['a name that a shell would run', `'; touch pwned; $(touch pwned) \`id\` #`],
    ['a name that a program would take for an option', '-rf'],
    ['a name of another script, and a quote', 'über “x” 日本.txt'],
    ['folders before it', 'a folder/b/c.bin'],
  ])('writes it byte for byte under %s', async (_, name) => {
    const bytes = randomBytes(300_000);
    const opened = await openUpload(name, bytes.length, { modified: 1_700_000_000_000 });
    expect(opened).toMatchObject({ path: `${remote}/${name}`, offset: 0 });
    const answer = await put(opened.url, bytes);
    expect(await answer.json()).toEqual({
      path: `${remote}/${name}`,
      bytes: bytes.length,
      resumed: 0,
      verified: true,
      sha256: sha256(bytes),
    });
    expect(readFileSync(join(remote, name)).equals(bytes)).toBe(true);
    expect(statSync(join(remote, name)).mtimeMs).toBe(1_700_000_000_000);
    expect(existsSync(join(remote, 'pwned'))).toBe(false);
    expect(await audited('files.upload')).toMatchObject([
      {
        outcome: 'allowed',
        face: 'rest',
        details: { host: 'web', path: `${remote}/${name}`, sha256: sha256(bytes) },
      },
    ]);
    expect(await audited('files.openUpload')).toHaveLength(1);
  });

  it('takes an empty one, and leaves the permissions of one that it replaces', async () => {
    writeFileSync(join(remote, 'run.sh'), 'old');
    chmodSync(join(remote, 'run.sh'), 0o750);
    await put((await openUpload('run.sh', 3)).url, Buffer.from('new'));
    expect(readFileSync(join(remote, 'run.sh'), 'utf8')).toBe('new');
    expect(statSync(join(remote, 'run.sh')).mode & 0o777).toBe(0o750);
    const answer = await put((await openUpload('empty', 0)).url, new Uint8Array());
    expect(((await answer.json()) as any).bytes).toBe(0);
    expect(statSync(join(remote, 'empty')).size).toBe(0);
  });

  it('that breaks off leaves what was there, says so in the audit log, and goes on from there', async () => {
    // Bug caught: half a file under its name, or all of it sent again after a lost connection.
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(remote, 'big'), 'as it was');
    const first = await openUpload('big', bytes.length, { modified: 5 });
    const request = putting(first.url, { 'content-length': String(bytes.length) });
    request.write(bytes.subarray(0, 1_000_000));
    await until(() => {
      const [part] = partsIn(remote);
      return part !== undefined && statSync(join(remote, part)).size === 1_000_000;
    });
    request.destroy();
    await until(async () => (await audited('files.upload')).length === 1);
    expect((await audited('files.upload'))[0]).toMatchObject({ outcome: 'failed' });
    expect(readFileSync(join(remote, 'big'), 'utf8')).toBe('as it was');
    // Another file of that name is another file.
    expect((await openUpload('big', bytes.length, { modified: 6 })).offset).toBe(0);
    expect((await openUpload('big', bytes.length, { modified: 5, resume: false })).offset).toBe(0);
    const second = await openUpload('big', bytes.length, { modified: 5 });
    expect(second.offset).toBe(1_000_000);
    const answer = await put(second.url, bytes.subarray(1_000_000));
    expect(await answer.json()).toMatchObject({ bytes: 3_000_000, resumed: 1_000_000 });
    expect(readFileSync(join(remote, 'big')).equals(bytes)).toBe(true);
  });

  it.each([
    ['more', 10],
    ['less', 8],
  ])('refuses %s than was announced, and the target is not touched', async (_, size) => {
    writeFileSync(join(remote, 'f'), 'as it was');
    const answer = await put((await openUpload('f', 9)).url, Buffer.alloc(size));
    expect(((await answer.json()) as any).code).toBe('ssh.upload_size');
    expect(readFileSync(join(remote, 'f'), 'utf8')).toBe('as it was');
  });

  it('tells what the host says when it cannot write', async () => {
    mkdirSync(join(remote, 'taken'));
    mkdirSync(join(remote, 'taken', 'taken'));
    expect((await openUpload('taken', 1)).code).toBe('ssh.upload_failed');
    const opened = await openUpload('x', 5);
    sshd.log();
    await sshd.stop();
    const answer = await put(opened.url, Buffer.from('12345'));
    expect(answer.status).toBe(503);
    await sshd.restart();
    expect(existsSync(join(remote, 'x'))).toBe(false);
  });

  it.each(['../up', 'a/../../up', '/etc/x', 'a//b', '.', 'a\\b', 'a\nb', 'a\0b', ''])(
    'does not take the name %j',
    async (name) => {
      expect((await openUpload(name, 1)).code).toBe('input.invalid');
    },
  );
});

describe('fetching a file into a browser', () => {
  it('gives the very bytes, to be kept and never to be shown', async () => {
    const bytes = randomBytes(500_000);
    const name = `page "1"; é.html`;
    writeFileSync(join(remote, name), bytes);
    const opened = await openDownload(join(remote, name));
    expect(opened).toMatchObject({ name, size: bytes.length });
    const answer = await server.call(opened.url, { token });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '500000',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `attachment; filename="page _1__ _.html"; filename*=UTF-8''page%20%221%22%3B%20%C3%A9.html`,
    });
    // Its last byte goes out before its entry is written.
    const entries = await until(
      async () => (await audited('files.download')).length && audited('files.download'),
    );
    expect(entries).toMatchObject([
      { outcome: 'allowed', details: { host: 'web', path: join(remote, name), bytes: 500_000 } },
    ]);
  });

  it('gives a folder as an archive, also one whose name is an option', async () => {
    mkdirSync(join(remote, '-rf', 'deep'), { recursive: true });
    writeFileSync(join(remote, '-rf', 'deep', 'a b'), 'in it');
    const opened = await openDownload(join(remote, '-rf'));
    expect(opened).toEqual({ url: expect.any(String), name: '-rf.tar' });
    const answer = await server.call(opened.url, { token });
    const out = newFolder();
    execFileSync('tar', ['-xf', '-', '-C', out], {
      input: Buffer.from(await answer.arrayBuffer()),
    });
    expect(readFileSync(join(out, '-rf', 'deep', 'a b'), 'utf8')).toBe('in it');
  });

  it('gives what was announced of a log that grows, and breaks off where one has shrunk', async () => {
    // Bug caught: a download that looks whole and is not.
    const file = join(remote, 'log');
    writeFileSync(file, 'one\n');
    const grown = await openDownload(file);
    writeFileSync(file, 'one\ntwo\n');
    expect(await (await server.call(grown.url, { token })).text()).toBe('one\n');
    const cut = await openDownload(file);
    truncateSync(file, 2);
    await expect(server.call(cut.url, { token }).then((one) => one.text())).rejects.toThrow(
      /terminated|aborted/,
    );
    const failed = async () =>
      (await audited('files.download')).find(({ outcome }) => outcome === 'failed');
    expect(await until(failed)).toMatchObject({ code: 'ssh.download_failed' });
  });

  it('says at once what cannot be fetched', async () => {
    expect((await openDownload(join(remote, 'none'))).code).toBe('ssh.download_failed');
    expect((await openDownload('/dev/null')).code).toBe('ssh.download_failed');
    expect((await post('file-downloads', { host: 'nobody', path: '/x' })).code).toBe(
      'host.not_found',
    );
  });
});

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

// oxlint-disable typescript/no-explicit-any -- JSON of another process, looked into freely
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sshd } from '#main/ssh/testing/sshd.ts';
import { hostFiles, partsIn, sha256 } from './hostFiles.testing.ts';
import { until, type Server } from './nexus.testing.ts';

let server: Server;
let token: string;
/** A folder on the host, which is this machine. */
let remote: string;
let sshd: Sshd;
const { audited, openUpload, put, putting } = hostFiles(
  (place) => ({ server, token, remote, sshd } = place),
);

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

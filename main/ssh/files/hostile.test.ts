import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SFTPWrapper } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from '../testing/fabric.ts';
import { startServer } from '../testing/server.ts';
import { filesBelow, localName } from './plan.ts';
import { transfer } from './transfer.ts';

/** What the server says of folders: the path it makes of a path, and what is in it. */
interface Lies {
  /** What `cd FOLDER && printf %s "$PWD"` prints. */
  folder: string;
  realpath: (path: string) => string;
  names: (path: string) => { name: string; folder?: boolean }[];
}

let dir: string;
let close: () => void = () => undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-hostile-'));
});
afterEach(async () => {
  await closeFabrics();
  close();
  rmSync(dir, { recursive: true, force: true });
});

/** A real SSH server whose SFTP lies; commands run here, whatever they ask for is there. */
async function lyingServer(lies: Lies): Promise<number> {
  const server = await startServer((client) => {
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      const session = accept();
      session.on('exec', (take, _refuse, { command }) => {
        const channel = take();
        const child = spawn('/bin/sh', ['-c', command]);
        let program = '';
        channel.on('data', (chunk: Buffer) => {
          program += chunk.toString();
          child.stdin.write(chunk);
        });
        channel.on('end', () => child.stdin.end());
        child.stdin.on('error', () => undefined);
        const answer = (text: string, code: number) => {
          channel.write(text);
          channel.exit(code);
          channel.end();
        };
        let out = '';
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.on('close', (code) => {
          if (program.includes('printf f')) answer(lies.folder, 0);
          else if (program.includes('stat -L')) answer('5 600 1700000000', 0);
          else if (program.includes('exec cat')) answer('owned', 0);
          else answer(out, code ?? 1);
        });
      });
      session.on('sftp', (take) => serve(take(), lies));
    });
  });
  close = server.close;
  return server.port;
}

function serve(sftp: SFTPWrapper, lies: Lies): void {
  const open = new Map<number, string | undefined>();
  const attrs = (mode: number) => ({ mode, uid: 0, gid: 0, size: 5, atime: 0, mtime: 0 });
  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [
      { filename: lies.realpath(path), longname: '', attrs: attrs(0o40755) as never },
    ]);
  });
  sftp.on('OPENDIR', (id, path) => {
    open.set(id, path);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(id);
    sftp.handle(id, handle);
  });
  sftp.on('READDIR', (id, handle) => {
    const key = handle.readUInt32BE(0);
    const path = open.get(key);
    if (path === undefined) return sftp.status(id, 1);
    open.set(key, undefined);
    const list = lies.names(path).map(({ name, folder }) => ({
      filename: name,
      longname: name,
      attrs: attrs(folder ? 0o40755 : 0o100600) as never,
    }));
    return list.length > 0 ? sftp.name(id, list) : sftp.status(id, 1);
  });
  sftp.on('CLOSE', (id) => sftp.status(id, 0));
}

async function fetchFolder(lies: Lies): Promise<void> {
  const port = await lyingServer(lies);
  const { fabric } = testFabric();
  const host = fabric.hosts.add({
    name: 'evil',
    address: '127.0.0.1',
    port,
    user: 'me',
    options: { accept_new: true, client: 'builtin', identity_agent: 'none' },
  });
  const { signal } = new AbortController();
  const sessions = fabric.sessions(host, { interactive: false, signal });
  const to = join(dir, 'home', 'me', 'downloads');
  mkdirSync(to, { recursive: true });
  const request = { host: 'evil', from: '/data', to, resume: false, verify: false };
  for await (const _ of transfer('download', sessions, { ...request, interactive: false }, signal));
}

const written = () =>
  readdirSync(join(dir, 'home'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length));

describe('a folder from a host that lies', () => {
  // Would catch a path taken from the host's word for it (as in CVE-2019-6111 of scp): a key in
  // ~/.ssh, a line in a start-up file.
  it('is written inside the chosen folder alone, whatever real paths the host tells', async () => {
    await fetchFolder({
      folder: '/a/b/c/data',
      realpath: (path) => (path === '/a/b/c/data' ? '/.ssh' : path),
      names: () => [{ name: 'authorized_keys' }],
    });
    expect(written()).toEqual(['/home/me/downloads/data/authorized_keys']);
  });

  it.each(['/x/..', '/x/.', '..'])(
    'is refused where its own name is that of %s',
    async (folder) => {
      await expect(
        fetchFolder({ folder, realpath: (path) => path, names: () => [{ name: 'x' }] }),
      ).rejects.toMatchObject({ code: 'ssh.name_refused' });
      expect(written()).toEqual([]);
    },
  );

  it('leaves out names that are paths', async () => {
    await fetchFolder({
      folder: '/data',
      realpath: (path) => path,
      names: (path) =>
        path === '/data'
          ? [{ name: '../up' }, { name: '..' }, { name: '' }, { name: '/etc/x' }, { name: 'good' }]
          : [],
    });
    expect(written()).toEqual(['/home/me/downloads/data/good']);
    expect(existsSync(join(dir, 'home', 'me', 'up'))).toBe(false);
  });
});

// Would catch a walk that goes on for ever.
it('gives up folders in folders without end, also where nothing in them is fetched', async () => {
  const entry = (path: string, type: 'folder' | 'link') => ({
    name: 'x',
    path: `${path}/x`,
    type,
    size: 0,
    mode: 0,
    modified_at: new Date(0).toISOString(),
    uid: 0,
    gid: 0,
  });
  const list = (path: string) => Promise.resolve([entry(path, 'link'), entry(path, 'folder')]);
  await expect(filesBelow('/', dir, list, 100)).rejects.toMatchObject({
    code: 'ssh.too_many_files',
  });
});

describe('localName', () => {
  it.each(['', '.', '..', 'a/b', 'a\0b'])('refuses %j everywhere', (name) => {
    expect(() => localName(name, 'linux')).toThrow(/cannot be the name/);
  });

  it.each(['..\\..\\x', 'C:x', 'a:stream', 'con?', 'a|b'])('refuses %j on Windows', (name) => {
    expect(() => localName(name, 'win32')).toThrow(/cannot be the name/);
    expect(localName(name, 'linux')).toBe(name);
  });
});

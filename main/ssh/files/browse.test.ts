import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SFTPWrapper } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { remoteEntry } from '#contract/hostFiles.ts';
import { systemClock } from '#main/base/clock.ts';
import { HostOperations } from '../operations.ts';
import { productionGate } from '../policy.ts';
import { testFabric } from '../testing/fabric.ts';
import { withPlace } from '../testing/place.ts';
import { endTree, startSshd, type Sshd } from '../testing/sshd.ts';
import { ask, isPlainName, listFolder, overSftp } from './browse.ts';

let sshd: Sshd;
let dir: string;
withPlace(
  'nexus-browse-',
  (made) => (sshd = made),
  (made) => (dir = made),
);

function hosts(on: Sshd = sshd) {
  const test = testFabric();
  test.host('a', on);
  const { fabric, questions } = test;
  const gate = productionGate(() => false);
  return { ...test, files: new HostOperations({ fabric, questions, gate, clock: systemClock }) };
}

describe('the files of a host', () => {
  it('are listed with folders first, then by name, each as what it is', async () => {
    for (const name of ['b', '.hidden', 'ü', 'new\nline']) writeFileSync(join(dir, name), 'abc');
    mkdirSync(join(dir, 'z-folder'));
    mkdirSync(join(dir, 'Folder'));
    symlinkSync('b', join(dir, 'link'));
    utimesSync(join(dir, 'b'), 1_700_000_000, 1_700_000_000);
    const { path, entries } = await hosts().files.files('a', dir);
    expect(path).toBe(dir);
    expect(entries.map(({ name, type }) => `${type} ${name}`)).toEqual([
      'folder Folder',
      'folder z-folder',
      'file .hidden',
      'file b',
      'link link',
      'file new\nline',
      'file ü',
    ]);
    for (const entry of entries) expect(remoteEntry.safeParse(entry).error).toBeUndefined();
    expect(entries[3]).toMatchObject({
      path: join(dir, 'b'),
      size: 3,
      mode: 0o644,
      modified_at: '2023-11-14T22:13:20.000Z',
    });
  });

  it('of a large folder all come, and of one that is too large none', async () => {
    // Bug caught: a folder of millions is read to its end, and Nexus with it.
    for (let i = 0; i < 500; i += 1) writeFileSync(join(dir, `f${i}`), '');
    const { fabric } = hosts();
    const work = (most: number) =>
      fabric.withSession(fabric.hosts.get('a'), 'command', {}, (connection) =>
        overSftp(connection, (sftp) => listFolder(sftp, dir, most)),
      );
    expect((await work(502)).entries).toHaveLength(500);
    await expect(work(400)).rejects.toMatchObject({ code: 'ssh.too_many_files' });
  });

  it('of the home folder are those of a dot', async () => {
    const { path } = await hosts().files.files('a', '.');
    expect(path).toMatch(/^\//);
  });

  it('that are not there, may not be seen or are no folder are a clear error', async () => {
    const { files } = hosts();
    writeFileSync(join(dir, 'file'), '');
    await expect(files.files('a', join(dir, 'none'))).rejects.toMatchObject({
      code: 'ssh.file_not_found',
      details: { path: expect.stringContaining('none'), retryable: false },
    });
    await expect(files.files('a', join(dir, 'file'))).rejects.toMatchObject({
      code: expect.stringMatching(/^ssh\.file_/),
    });
  });

  it('are made and renamed, and nothing that is there is overwritten', async () => {
    // Bug caught: renaming to a name that is taken destroys what had it.
    const { files } = hosts();
    expect(await files.makeFolder('a', join(dir, 'new'))).toMatchObject({
      name: 'new',
      type: 'folder',
    });
    await expect(files.makeFolder('a', join(dir, 'new'))).rejects.toMatchObject({
      code: 'ssh.file_failed',
    });
    writeFileSync(join(dir, 'one'), '1');
    writeFileSync(join(dir, 'two'), '2');
    expect(await files.renameFile('a', join(dir, 'one'), join(dir, 'three'))).toMatchObject({
      name: 'three',
      size: 1,
    });
    await expect(files.renameFile('a', join(dir, 'two'), join(dir, 'three'))).rejects.toMatchObject(
      {
        code: 'ssh.file_failed',
      },
    );
    expect(readdirSync(dir).toSorted()).toEqual(['new', 'three', 'two']);
  });
});

describe('deleting', () => {
  it('takes what is in a folder only where one says so, and counts it', async () => {
    const { files } = hosts();
    mkdirSync(join(dir, 'x', 'deep', 'er'), { recursive: true });
    for (const name of ['a', '-rf', '$(id)', 'new\nline'])
      writeFileSync(join(dir, 'x', 'deep', name), '');
    await expect(files.removeFile('a', join(dir, 'x'), false)).rejects.toMatchObject({
      code: 'ssh.file_failed',
    });
    expect(await files.removeFile('a', join(dir, 'x'), true)).toBe(7);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes links, and never what they lead to', async () => {
    // Bug caught: a folder with a link to / in it.
    const { files } = hosts();
    const kept = join(dir, 'kept');
    mkdirSync(kept);
    writeFileSync(join(kept, 'file'), 'precious');
    mkdirSync(join(dir, 'x'));
    symlinkSync(kept, join(dir, 'x', 'to-folder'));
    symlinkSync(join(kept, 'file'), join(dir, 'x', 'to-file'));
    linkSync(join(kept, 'file'), join(dir, 'x', 'hard'));
    expect(await files.removeFile('a', join(dir, 'x'), true)).toBe(4);
    symlinkSync(kept, join(dir, 'link'));
    expect(await files.removeFile('a', join(dir, 'link'), true)).toBe(1);
    expect(existsSync(join(kept, 'file'))).toBe(true);
  });

  it.each(['/', '//', '///', ''])('refuses the root folder: %j', async (path) => {
    await expect(hosts().files.removeFile('a', path, true)).rejects.toMatchObject({
      code: 'ssh.file_refused',
    });
  });
});

describe('names that a host sends', () => {
  it.each([
    ['a', true],
    ['..a', true],
    ['a b\n', true],
    ['', false],
    ['.', false],
    ['..', false],
    ['a/b', false],
    ['../x', false],
    ['a\0b', false],
  ])('%j is a plain one: %s', (name, is) => {
    expect(isPlainName(name)).toBe(is);
  });

  it('that would lead out of the folder are left out', async () => {
    const attrs = { mode: 0o100644, size: 1, mtime: 0, uid: 0, gid: 0 };
    const names = ['.', '..', '../../etc/passwd', '/etc/passwd', 'good', ''];
    let pieces = names.map((filename) => ({ filename, attrs }));
    const sftp = {
      realpath: (path: string, done: (error: null, value: string) => void) => done(null, path),
      opendir: (_: string, done: (error: null, value: string) => void) => done(null, 'handle'),
      readdir: (_: string, done: (error: null, rows: object[]) => void) => {
        done(null, pieces);
        pieces = [];
      },
      close: () => undefined,
    } as unknown as SFTPWrapper;
    const { entries } = await listFolder(sftp, '/home');
    expect(entries.map((one) => one.path)).toEqual(['/home/good']);
  });
});

describe('a session of SFTP', () => {
  it('that the host ends in the middle is a clear error, and nobody waits for ever', async () => {
    const own = await startSshd();
    const { fabric } = hosts(own);
    const target = fabric.hosts.get('a');
    const work = fabric.withSession(target, 'command', {}, (connection) =>
      overSftp(connection, async () => {
        endTree(own.process.pid!);
        return new Promise<never>(() => undefined);
      }),
    );
    await expect(work).rejects.toMatchObject({
      code: expect.stringMatching(/^ssh\.(sftp_closed|connection_lost)$/),
    });
    await own.stop();
  });

  it('is ended when the work has failed, and its place is free again', async () => {
    const { fabric } = hosts();
    const target = fabric.hosts.get('a');
    for (let i = 0; i < 10; i += 1) {
      const work = fabric.withSession(target, 'command', {}, (connection) =>
        overSftp(connection, (sftp) => ask('/none', (done) => sftp.stat('/none', done))),
      );
      await expect(work).rejects.toMatchObject({ code: 'ssh.file_not_found' });
    }
    expect(fabric.health()).toMatchObject([{ channels: 0 }]);
  });

  it.each([
    [2, 'ssh.file_not_found'],
    [3, 'ssh.file_denied'],
    [4, 'ssh.file_failed'],
    [undefined, 'ssh.file_failed'],
  ])('turns the status %s into %s', async (status, code) => {
    const error = Object.assign(new Error('words'), { code: status });
    await expect(ask('/x', (done) => done(error, undefined))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('/x'),
      cause: error,
    });
  });
});

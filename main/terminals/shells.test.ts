import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFolder, findShell } from './shells.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-shells-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the shell that is started', () => {
  it('is the one asked for, if it can be started', async () => {
    expect(await findShell('/bin/sh', {}, 'linux')).toEqual({ file: '/bin/sh', args: [] });
  });

  it('is refused where it is no program, with a word on what to do', async () => {
    // Bug caught: a terminal that opens and is gone at once, and nobody knows why.
    const folder = newFolder();
    const plain = join(folder, 'plain');
    writeFileSync(plain, '#!/bin/sh\n');
    const dangling = join(folder, 'dangling');
    symlinkSync(join(folder, 'nowhere'), dangling);
    for (const asked of [plain, dangling, folder, 'sh', './sh', '', '/no/such/shell', '/bin/sh\0x'])
      await expect(findShell(asked, {}, 'linux')).rejects.toMatchObject({
        code: 'terminal.shell_missing',
        hint: expect.stringContaining('absolute path'),
      });
  });

  it('may be reached by a link', async () => {
    const file = join(newFolder(), 'my-shell');
    symlinkSync('/bin/sh', file);
    expect(await findShell(file, {}, 'linux')).toEqual({ file, args: [] });
  });

  it('is the user’s own as the system has it on record, before what the environment says', async () => {
    // Bug caught: a desktop that was started by cron or systemd has SHELL=/bin/sh.
    const recorded = userInfo().shell;
    const { file } = await findShell(undefined, { SHELL: '/bin/cat' }, 'linux');
    expect(file).toBe(recorded ?? '/bin/cat');
  });

  it('is a login shell on macOS, whose desktop has no shell’s environment', async () => {
    expect((await findShell(undefined, {}, 'darwin')).args).toEqual(['-l']);
    expect((await findShell(undefined, {}, 'linux')).args).toEqual([]);
  });

  it('is PowerShell on Windows, the newest that is there, else what COMSPEC says', async () => {
    const programs = newFolder();
    const seven = join(`${programs}\\PowerShell\\7\\pwsh.exe`);
    const env = { PROGRAMFILES: programs, SYSTEMROOT: 'C:\\nowhere', COMSPEC: 'C:\\cmd.exe' };
    expect(await findShell(undefined, env, 'win32')).toEqual({ file: 'C:\\cmd.exe', args: [] });
    writeFileSync(seven, '');
    chmodSync(seven, 0o755);
    expect((await findShell(undefined, env, 'win32')).file).toBe(seven);
    rmSync(seven);
    expect((await findShell(undefined, {}, 'win32')).file).toMatch(/cmd\.exe$/);
  });
});

describe('the folder that a shell starts in', () => {
  it('is the one asked for, else the home', async () => {
    const folder = newFolder();
    expect(await findFolder(folder)).toBe(folder);
    expect(await findFolder(undefined)).toBe(homedir());
  });

  it('is refused where it is none', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'there'));
    expect(await findFolder(join(folder, 'there'))).toBe(join(folder, 'there'));
    for (const asked of ['there', join(folder, 'file'), join(folder, 'gone'), '', '~'])
      await expect(findFolder(asked)).rejects.toMatchObject({ code: 'terminal.folder_missing' });
  });
});

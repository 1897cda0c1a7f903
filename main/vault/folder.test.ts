import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from './document.ts';
import { KEPT_GENERATIONS, VaultFolder } from './folder.ts';

let home: string;
let folder: VaultFolder;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-vault-folder-'));
  folder = new VaultFolder(join(home, 'vault'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const text = async () => (await folder.read())?.toString();
const kept = async () => (await folder.generations()).map(({ generation }) => generation);

describe('the vault’s folder', () => {
  it('is empty where there is none', async () => {
    expect(await folder.read()).toBeUndefined();
    expect(await folder.generations()).toEqual([]);
    await expect(folder.readGeneration(1)).rejects.toMatchObject({
      code: 'vault.generation_not_found',
    });
  });

  it('replaces the file and keeps the one before, for its owner alone', async () => {
    await folder.write(Buffer.from('one'), undefined);
    await folder.write(Buffer.from('two'), 1);
    expect(await text()).toBe('two');
    expect((await folder.readGeneration(1)).toString()).toBe('one');
    expect(statSync(folder.file).mode & 0o777).toBe(0o600);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder.path, 'generations', '1.json')).mode & 0o777).toBe(0o600);
  });

  it('is listed while another one writes: a generation may go at any moment', async () => {
    // Bug caught: the page of the vault fails because a secret is set at the same time.
    await folder.write(Buffer.from('one'), undefined);
    const dangling = join(folder.path, 'generations', '7.json');
    symlinkSync(join(home, 'gone'), dangling);
    expect(await kept()).toEqual([]);
    rmSync(dangling);
    const writing = (async () => {
      for (let n = 1; n < 40; n += 1) await folder.write(Buffer.from(`number ${n}`), n);
    })();
    let done = false;
    void writing.finally(() => (done = true));
    while (!done) expect((await kept()).length).toBeLessThanOrEqual(KEPT_GENERATIONS + 1);
    await writing;
  });

  it('has nothing left of a write that a death cut short, after the next one', async () => {
    // Bug caught: each death leaves a whole copy of the vault behind, for ever.
    await folder.write(Buffer.from('one'), undefined);
    for (const name of ['.vault.json.0123456789ab.tmp', '.recovery.age.0123456789ab.tmp'])
      writeFileSync(join(folder.path, name), 'half');
    writeFileSync(join(folder.path, 'mine.tmp'), 'not of the vault');
    await folder.write(Buffer.from('two'), 1);
    expect(readdirSync(folder.path).toSorted()).toEqual(['generations', 'mine.tmp', 'vault.json']);
  });

  it('reads no file that cannot be a vault: not a huge one, and no pipe that never ends', async () => {
    mkdirSync(folder.path);
    writeFileSync(folder.file, '');
    truncateSync(folder.file, MAX_FILE_BYTES + 1);
    await expect(folder.read()).rejects.toMatchObject({ code: 'vault.damaged' });
    rmSync(folder.file);
    execFileSync('mkfifo', [folder.file]);
    await expect(folder.read()).rejects.toMatchObject({ code: 'vault.unavailable' });
  });

  it('does not write into what is kept: a generation stays as it was', async () => {
    // Bug caught: a hard link to the file that the next write changes in place.
    await folder.write(Buffer.from('one'), undefined);
    for (let n = 1; n < 5; n += 1) await folder.write(Buffer.from(`number ${n + 1}`), n);
    expect((await folder.readGeneration(1)).toString()).toBe('one');
    expect((await folder.readGeneration(3)).toString()).toBe('number 3');
  });

  it('keeps so many generations, the newest first, and no other file', async () => {
    await folder.write(Buffer.from('first'), undefined);
    for (let n = 1; n <= KEPT_GENERATIONS + 5; n += 1) await folder.write(Buffer.from(`${n}`), n);
    expect(await kept()).toEqual(
      Array.from({ length: KEPT_GENERATIONS }, (_, at) => KEPT_GENERATIONS + 5 - at),
    );
    expect(readdirSync(folder.path).toSorted()).toEqual(['generations', 'vault.json']);
  });

  it('takes no other file for a generation', async () => {
    await folder.write(Buffer.from('one'), undefined);
    await folder.write(Buffer.from('two'), 1);
    const other = join(folder.path, 'generations');
    for (const name of ['2.json.tmp', 'x.json', '-1.json', '1e3.json', '.json'])
      writeFileSync(join(other, name), 'no');
    mkdirSync(join(other, 'folder.json'));
    expect(await kept()).toEqual([1]);
  });

  it('forgets what the old keys open', async () => {
    await folder.write(Buffer.from('one'), undefined);
    await folder.write(Buffer.from('two'), 1);
    await folder.forgetGenerations();
    expect(await kept()).toEqual([]);
    expect(await text()).toBe('two');
  });

  it('writes the recovery copy, and takes it away where there is to be none', async () => {
    await folder.write(Buffer.from('one'), undefined);
    await folder.writeRecovery(Buffer.from('copy'));
    expect(readFileSync(folder.recovery, 'utf8')).toBe('copy');
    expect(statSync(folder.recovery).mode & 0o777).toBe(0o600);
    await folder.writeRecovery(undefined);
    await folder.writeRecovery(undefined);
    expect(existsSync(folder.recovery)).toBe(false);
  });

  it('keeps the old file where the new one cannot be written, and says why', async () => {
    await folder.write(Buffer.from('one'), undefined);
    rmSync(join(folder.path, 'generations'), { recursive: true });
    writeFileSync(join(folder.path, 'generations'), 'in the way');
    await expect(folder.write(Buffer.from('two'), 1)).rejects.toMatchObject({
      code: 'vault.unavailable',
    });
    expect(await text()).toBe('one');
  });

  it('tells a file that cannot be read from one that is not there', async () => {
    // Bug caught: a vault without rights is taken for none, and a new one is offered.
    mkdirSync(folder.file, { recursive: true });
    chmodSync(folder.path, 0o700);
    await expect(folder.read()).rejects.toMatchObject({ code: 'vault.unavailable' });
  });
});

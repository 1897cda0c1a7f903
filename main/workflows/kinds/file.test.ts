import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file } from './file.ts';
import { isInside, openInside, safePath } from './fileroots.ts';
import { failureOf, harness, outputsOf, type Harness } from './harness.testing.ts';

let h: Harness;
let root: string;
let outside: string;
beforeEach(() => {
  h = harness();
  root = join(h.folder, 'root');
  outside = join(h.folder, 'outside');
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'do not read');
  h.context.fileRoots = [root];
});
afterEach(() => h.remove());

const act = (input: Record<string, unknown>) => outputsOf(file, input, h.context);
const failure = (input: Record<string, unknown>) => failureOf(file, input, h.context);

describe('file actions', () => {
  it('writes and reads text, JSON and bytes', async () => {
    const path = 'deep/a.txt';
    expect(await act({ action: 'write', path, content: 'ä\n' })).toMatchObject({
      bytes: 3,
      created: true,
    });
    expect(await act({ action: 'read', path })).toMatchObject({ content: 'ä\n', bytes: 3 });
    await act({ action: 'write', path: 'b.json', content: { a: 1 } });
    expect(JSON.parse(readFileSync(join(root, 'b.json'), 'utf8'))).toEqual({ a: 1 });
    await act({ action: 'write', path: 'c', content: '/wA=', encoding: 'base64' });
    expect([...readFileSync(join(root, 'c'))]).toEqual([255, 0]);
    expect((await failure({ action: 'read', path: 'c' })).code).toBe('file.not_text');
    expect(await act({ action: 'read', path: 'c', encoding: 'base64' })).toMatchObject({
      content: '/wA=',
    });
  });

  it('appends, keeping what is there and its permissions', async () => {
    const path = join(root, 'log');
    writeFileSync(path, 'one\n');
    chmodSync(path, 0o640);
    expect(await act({ action: 'append', path, content: 'two\n' })).toMatchObject({
      bytes: 4,
      size: 8,
    });
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    await act({ action: 'write', path, content: 'new' });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    await act({ action: 'write', path, content: 'new', mode: '0604' });
    expect(statSync(path).mode & 0o777).toBe(0o604);
  });

  it('copies, moves, lists, finds and deletes', async () => {
    writeFileSync(join(root, 'a'), 'x');
    await act({ action: 'copy', path: 'a', to: 'sub/b' });
    await act({ action: 'move', path: 'a', to: 'c' });
    const list = await act({ action: 'list', path: '.', recursive: true });
    expect(
      (list['entries'] as { path: string; type: string }[]).map((e) => [e.path, e.type]),
    ).toEqual([
      ['c', 'file'],
      ['sub', 'folder'],
      ['sub/b', 'file'],
    ]);
    expect(await act({ action: 'exists', path: 'a' })).toMatchObject({ exists: false });
    expect(await act({ action: 'exists', path: 'c' })).toMatchObject({ exists: true });
    expect((await failure({ action: 'delete', path: 'sub' })).code).toBe('file.not_empty');
    expect(await act({ action: 'delete', path: 'sub', recursive: true })).toMatchObject({
      deleted: true,
    });
    expect((await failure({ action: 'delete', path: 'sub' })).code).toBe('file.missing');
    expect(await act({ action: 'delete', path: 'sub', missing: 'ignore' })).toMatchObject({
      deleted: false,
    });
    expect(await act({ action: 'read', path: 'no', missing: 'ignore' })).toMatchObject({
      content: null,
    });
  });

  it('does not overwrite where told so, nor exceed its limit', async () => {
    writeFileSync(join(root, 'a'), 'old');
    writeFileSync(join(root, 'b'), 'other');
    const keep = { overwrite: false };
    expect((await failure({ action: 'write', path: 'a', content: 'n', ...keep })).code).toBe(
      'file.exists',
    );
    expect((await failure({ action: 'move', path: 'b', to: 'a', ...keep })).code).toBe(
      'file.exists',
    );
    expect((await failure({ action: 'copy', path: 'b', to: 'a', ...keep })).code).toBe(
      'file.exists',
    );
    expect((await failure({ action: 'read', path: 'b', max_bytes: 4 })).code).toBe(
      'file.too_large',
    );
    expect(
      (await failure({ action: 'write', path: 'b', content: 'n'.repeat(9), max_bytes: 4 })).code,
    ).toBe('file.too_large');
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('old');
  });

  it('knows what a repetition would do', () => {
    const effects = file.effects as (w: Record<string, unknown>) => string;
    expect(
      ['read', 'write', 'append', 'move', '${{ x }}'].map((action) => effects({ action })),
    ).toEqual(['idempotent', 'idempotent', 'once', 'once', 'once']);
  });

  it('reports missing parts and .. at validation', () => {
    expect(file.check?.({ action: 'copy', path: 'a' })[0]?.message).toContain('`to`');
    expect(file.check?.({ action: 'write', path: '../a', content: '' })[0]?.code).toBe(
      'file.outside',
    );
    expect(file.check?.({ action: 'read', path: 'a..b/..c' })).toEqual([]);
  });
});

describe('file roots', () => {
  const refused = (input: Record<string, unknown>) => failure(input).then((error) => error.code);

  it('refuses paths that lead out, whatever the action', async () => {
    for (const path of [
      '../outside/secret',
      join(outside, 'secret'),
      '/etc/passwd',
      'a/../../outside/secret',
      '~/x',
      `${root}x/a`,
      'a\0b',
    ]) {
      expect(await refused({ action: 'read', path })).toBe('file.outside');
      expect(await refused({ action: 'write', path, content: 'x' })).toBe('file.outside');
      expect(await refused({ action: 'delete', path })).toBe('file.outside');
    }
    writeFileSync(join(root, 'a'), '');
    expect(await refused({ action: 'copy', path: 'a', to: '../outside/b' })).toBe('file.outside');
    expect(await refused({ action: 'move', path: 'a', to: join(outside, 'b') })).toBe(
      'file.outside',
    );
    expect(await refused({ action: 'copy', path: '../outside/secret', to: 'b' })).toBe(
      'file.outside',
    );
  });

  it('refuses links that lead out: to a file, a folder, nowhere, and in the middle of a path', async () => {
    symlinkSync(join(outside, 'secret'), join(root, 'file-link'));
    symlinkSync(outside, join(root, 'folder-link'));
    symlinkSync(join(outside, 'not-yet'), join(root, 'dangling'));
    symlinkSync('folder-link', join(root, 'link-to-link'));
    for (const path of ['file-link', 'folder-link/secret', 'link-to-link/secret', 'dangling']) {
      expect(await refused({ action: 'read', path })).toBe('file.outside');
      expect(await refused({ action: 'append', path, content: 'x' })).toBe('file.outside');
      expect(await refused({ action: 'write', path, content: 'x' })).toBe('file.outside');
    }
    expect(await refused({ action: 'write', path: 'folder-link/new', content: 'x' })).toBe(
      'file.outside',
    );
    expect(await refused({ action: 'write', path: 'folder-link/deep/new', content: 'x' })).toBe(
      'file.outside',
    );
    expect(await refused({ action: 'list', path: 'folder-link' })).toBe('file.outside');
    expect(await refused({ action: 'delete', path: 'folder-link/secret' })).toBe('file.outside');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('do not read');
    expect(existsSync(join(outside, 'not-yet'))).toBe(false);
    expect(existsSync(join(outside, 'deep'))).toBe(false);
  });

  it('deletes and moves a link itself, never what it points to', async () => {
    symlinkSync(outside, join(root, 'link'));
    await act({ action: 'move', path: 'link', to: 'moved' });
    expect(lstatSync(join(root, 'moved')).isSymbolicLink()).toBe(true);
    await act({ action: 'delete', path: 'moved', recursive: true });
    mkdirSync(join(root, 'd'));
    symlinkSync(outside, join(root, 'd', 'link'));
    await act({ action: 'delete', path: 'd', recursive: true });
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('do not read');
  });

  it('refuses a link that was put in place after the check', async () => {
    writeFileSync(join(root, 'a'), 'fine');
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd', 'secret'), 'fine');
    const checkedFile = await safePath('a', [root], true);
    const checkedDeep = await safePath('d/secret', [root], true);
    renameSync(join(root, 'a'), join(root, 'a2'));
    symlinkSync(join(outside, 'secret'), join(root, 'a'));
    renameSync(join(root, 'd'), join(root, 'd2'));
    symlinkSync(outside, join(root, 'd'));
    await expect(openInside(checkedFile, constants.O_RDONLY)).rejects.toMatchObject({
      code: 'file.outside',
    });
    await expect(openInside(checkedDeep, constants.O_RDONLY)).rejects.toMatchObject({
      code: 'file.outside',
    });
  });

  it('follows links that stay inside, also when the root is reached by a link', async () => {
    writeFileSync(join(root, 'a'), 'in');
    symlinkSync('a', join(root, 'alias'));
    symlinkSync(root, join(h.folder, 'root-link'));
    h.context.fileRoots = [join(h.folder, 'root-link')];
    expect(await act({ action: 'read', path: 'alias' })).toMatchObject({
      content: 'in',
      path: join(root, 'a'),
    });
  });

  it('does not open pipes and devices, which would block or never end', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect((await failure({ action: 'read', path: 'pipe' })).code).toBe('file.not_a_file');
    expect((await failure({ action: 'append', path: 'pipe', content: 'x' })).code).toMatch(
      /^file\./,
    );
  });

  it('does not delete an allowed folder itself, nor allow anything without one', async () => {
    expect(await refused({ action: 'delete', path: '.', recursive: true })).toBe('file.outside');
    h.context.fileRoots = [];
    expect(await refused({ action: 'read', path: 'a' })).toBe('file.outside');
  });

  it('never finds a path inside that resolution would put outside', () => {
    const part = fc.constantFrom('..', '.', 'a', 'b', '...', '..a', '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = join('/r/root', ...parts);
        expect(isInside(path, '/r/root')).toBe(path === '/r/root' || path.startsWith('/r/root/'));
      }),
    );
  });
});

describe('file rollback', () => {
  const cycle = async (input: Record<string, unknown>, attempts = 1) => {
    let outputs = {};
    for (let i = 0; i < attempts; i += 1) outputs = await act(input);
    await file.rollback!(file.with.parse(input), outputs, h.context);
  };

  it('puts back what a write replaced, also when the write was repeated after a crash', async () => {
    writeFileSync(join(root, 'a'), 'before');
    await cycle({ action: 'write', path: 'a', content: 'after' }, 2);
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('before');
  });

  it('removes what a write or a copy created, and moves back what was moved', async () => {
    writeFileSync(join(root, 'a'), 'x');
    await cycle({ action: 'write', path: 'new', content: 'after' }, 2);
    await cycle({ action: 'copy', path: 'a', to: 'copy' });
    await cycle({ action: 'move', path: 'a', to: 'moved' });
    expect(['new', 'copy', 'moved', 'a'].map((n) => existsSync(join(root, n)))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('says when it cannot undo', async () => {
    writeFileSync(join(root, 'a'), 'x');
    await expect(cycle({ action: 'append', path: 'a', content: 'y' })).rejects.toMatchObject({
      code: 'file.cannot_undo',
    });
  });
});

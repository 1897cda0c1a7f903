import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBelow, readAppFile } from './appFiles.ts';

describe("the window's files", () => {
  let top: string;
  let folder: string;
  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), 'nexus-files-'));
    folder = join(top, 'renderer');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<p>page</p>');
    writeFileSync(join(folder, 'assets', 'a b.js'), '1');
    writeFileSync(join(folder, 'assets', 'key.pem'), 'private');
    writeFileSync(join(top, 'secret.html'), 'secret');
    mkdirSync(join(top, 'renderer-old'));
    writeFileSync(join(top, 'renderer-old', 'x.html'), 'old');
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  const text = (body: Uint8Array) => new TextDecoder().decode(body);

  it('serves a file with its type, and the page for a route', async () => {
    // Bug caught: module scripts are refused for a wrong type; a reload on /runs/1 shows nothing.
    const script = await readAppFile(folder, '/assets/a%20b.js');
    expect([script.status, script.type]).toEqual([200, 'text/javascript; charset=utf-8']);
    for (const route of ['/', '/runs/run_1', '/index.html'])
      expect(text((await readAppFile(folder, route)).body)).toBe('<p>page</p>');
  });

  it.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%2f..%2fsecret.html',
    '/..%5csecret.html',
    '/../renderer-old/x.html',
    '/secret%00.html',
    '/%E0%A4%A.html',
    '//etc/passwd.html',
  ])('does not leave its folder for %s', async (path) => {
    // Bug caught: a page reads the user's files through the protocol.
    const file = await readAppFile(folder, path);
    expect(file.status).toBe(404);
    expect(text(file.body)).toBe('Not found');
  });

  it('does not serve a type that it does not know', async () => {
    // Bug caught: a file that was left in the folder by accident can be read.
    expect((await readAppFile(folder, '/assets/key.pem')).status).toBe(404);
  });

  it('names only files below its folder, for any path', () => {
    // Bug caught: some mix of dots, slashes and encodings that nobody thought of.
    const piece = fc.constantFrom('..', '.', '/', '%2f', '%2e', '%5c', '\\', 'a', 'x.js', '%00');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = fileBelow(folder, `/${pieces.join('')}`);
        expect(path === undefined || resolve(path).startsWith(folder + sep)).toBe(true);
      }),
    );
  });
});

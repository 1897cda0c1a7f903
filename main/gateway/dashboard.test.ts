import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder } from '#main/integration/nexus.testing.ts';
import { type OpenGateway, openGateway } from './gateway.testing.ts';

let nexus: OpenGateway | undefined;
let folder: string;
beforeEach(() => {
  folder = newFolder();
  mkdirSync(join(folder, 'assets'));
});
afterEach(async () => {
  await nexus?.end();
  nexus = undefined;
});

/** Asks for files of the dashboard as somebody who is logged in. */
async function open(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  nexus = await openGateway({ rendererDir: folder });
  const { session } = nexus.access.login(nexus.access.createLoginLink('viewer').token)!;
  const cookie = `nexus_session_${nexus.port}=${session}`;
  const { url } = nexus;
  return (path: string, init: { method?: string } = {}) =>
    fetch(url(path), { redirect: 'manual', ...init, headers: { cookie } });
}
const page = (script: string) => `<!doctype html><script src="/assets/${script}"></script>`;

describe('the dashboard’s files', () => {
  it('are those of the page that is shown, also after an update in place', async () => {
    // Bug caught: the new page names assets that are answered with 404 until somebody restarts.
    const get = await open({ 'index.html': page('old.js'), 'assets/old.js': 'old' });
    expect(await (await get('/')).text()).toContain('old.js');
    expect(await (await get('/assets/old.js')).text()).toBe('old');
    rmSync(join(folder, 'assets', 'old.js'));
    writeFileSync(join(folder, 'assets', 'new.js'), 'new');
    writeFileSync(join(folder, 'index.html'), page('new.js'));
    expect(await (await get('/')).text()).toContain('new.js');
    expect(await (await get('/assets/new.js')).text()).toBe('new');
    expect((await get('/assets/old.js')).status).toBe(404);
  });

  it('one that goes away in between is not found, and is no defect', async () => {
    const get = await open({ 'index.html': page('a.js'), 'assets/a.js': 'a' });
    expect((await get('/assets/a.js')).status).toBe(200);
    rmSync(join(folder, 'assets', 'a.js'));
    const gone = await get('/assets/a.js');
    expect([gone.status, gone.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });

  it('not built yet says what to do, and is there once it is built', async () => {
    const get = await open({});
    const missing = await get('/');
    expect(missing.status).toBe(503);
    expect(await missing.text()).toContain('npm run build');
    writeFileSync(join(folder, 'index.html'), page('a.js'));
    expect((await get('/')).status).toBe(200);
  });

  it('what is no file of ours is not served: links out of the folder, unknown types', async () => {
    const outside = join(newFolder(), 'secret.js');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(folder, 'assets', 'link.js'));
    const get = await open({ 'index.html': page('a.js'), 'assets/key.pem': 'private' });
    for (const path of ['/assets/link.js', '/assets/key.pem', '/assets', '/assets/']) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.text()).not.toMatch(/secret|private/);
    }
  });

  it('HEAD tells of a file as GET does, without it', async () => {
    const get = await open({ 'index.html': page('a.js'), 'assets/a.js': 'export {};' });
    const head = await get('/assets/a.js', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      '10',
      '',
    ]);
  });

  it('every page carries the headers that keep it ours', async () => {
    const get = await open({ 'index.html': page('a.js') });
    const { headers } = await get('/');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostFiles } from './hostFiles.testing.ts';
import { newFolder, until, type Server } from './nexus.testing.ts';

let server: Server;
let token: string;
/** A folder on the host, which is this machine. */
let remote: string;
const { audited, openDownload, post } = hostFiles((place) => ({ server, token, remote } = place));

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

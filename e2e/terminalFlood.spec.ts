import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './support/fixtures.ts';

const MB = 1_000_000;
/** Hashes are compared block by block, so that the page keeps nothing. */
const BLOCK = 1_000_000;

/** What the page counts of the output between two marks; see {@link countBytes}. */
interface Counted {
  bytes: number;
  total: number;
  hashes: string[];
  ended: boolean;
}

/**
 * Runs in the page before the app: takes the place of the browser's base64 decoder, through which
 * every byte of output goes on its way to xterm, and hashes what stands between BEGIN and END.
 */
function countBytes(block: number): void {
  const counted: Counted = { bytes: 0, total: 0, hashes: [], ended: false };
  (globalThis as unknown as { counted: Counted }).counted = counted;
  const hex = (hash: ArrayBuffer) =>
    Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
  let begun = false;
  let tail = '';
  let filled = 0;
  let part = new Uint8Array(block);
  let last = Promise.resolve();
  const close = () => {
    const whole = part.slice(0, filled);
    filled = 0;
    part = new Uint8Array(block);
    last = last.then(async () => {
      counted.hashes.push(hex(await crypto.subtle.digest('SHA-256', whole)));
    });
  };
  // `text` is latin-1: one character for each byte. The file holds neither mark.
  const take = (text: string) => {
    tail += text;
    if (!begun) {
      const at = tail.indexOf('BEGIN\n');
      if (at < 0) return;
      begun = true;
      tail = tail.slice(at + 6);
    }
    const end = tail.indexOf('END\n');
    const keep = end < 0 ? Math.max(0, tail.length - 4) : end;
    for (let i = 0; i < keep; i += 1) {
      part[filled] = tail.charCodeAt(i);
      filled += 1;
      if (filled === block) close();
    }
    counted.bytes += keep;
    tail = tail.slice(keep);
    if (end < 0) return;
    close();
    begun = false;
    void last.then(() => (counted.ended = true));
  };
  (Uint8Array as unknown as { fromBase64: (text: string) => Uint8Array }).fromBase64 = (text) => {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    counted.total += bytes.length;
    if (!counted.ended) take(binary);
    return bytes;
  };
}

const read = (page: Page): Promise<Counted> =>
  page.evaluate(() => (globalThis as unknown as { counted: Counted }).counted);

/** The memory of all processes of the app, in bytes. */
const memory = (electron: ElectronApplication): Promise<number> =>
  electron.evaluate(({ app }) =>
    app.getAppMetrics().reduce((sum, { memory: one }) => sum + one.workingSetSize * 1024, 0),
  );

test('100 MB reach the window without a byte lost, in bounded memory, and Ctrl-C is felt', async ({
  app,
}) => {
  test.setTimeout(240_000);
  const { page, electron, home } = app;
  const folder = join(home, 'flood');
  mkdirSync(folder);
  const file = join(folder, 'lines');
  const lines = 'The quick brown fox jumps over the lazy dog; 0123456789 äöü € 你好\n'.repeat(
    10_000,
  );
  let written = 0;
  for (let i = 0; written < 100 * MB; i += 1) {
    const part = `${i}\n${lines}`;
    writeFileSync(file, part, { flag: 'a' });
    written += Buffer.byteLength(part);
  }
  const content = readFileSync(file);
  const expected: string[] = [];
  for (let at = 0; at < content.length; at += BLOCK)
    expected.push(
      createHash('sha256')
        .update(content.subarray(at, at + BLOCK))
        .digest('hex'),
    );

  await page.addInitScript(countBytes, BLOCK);
  await page.reload();
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  const before = await memory(electron);
  // No line ends are changed and nothing is echoed: what comes is what is in the file.
  await page.keyboard.type(
    `stty raw -echo; printf 'BEG''IN\\n'; cat ${file}; printf 'EN''D\\n'; stty sane; echo done-$((1+1))`,
  );
  await page.keyboard.press('Enter');
  let most = 0;
  await expect
    .poll(
      async () => {
        most = Math.max(most, await memory(electron));
        return (await read(page)).ended;
      },
      { timeout: 200_000, intervals: [500] },
    )
    .toBe(true);
  const { bytes, hashes } = await read(page);
  expect(bytes).toBe(content.length);
  expect(hashes).toEqual(expected);
  expect(most - before).toBeLessThan(400 * MB);
  await expect(rows).toContainText('done-2');

  await page.keyboard.type('PS1=rea""dy; yes');
  await page.keyboard.press('Enter');
  const total = (await read(page)).total;
  await expect.poll(async () => (await read(page)).total).toBeGreaterThan(total + 4 * MB);
  const pressed = (await read(page)).total;
  await page.keyboard.press('Control+C');
  await expect(rows).toContainText('ready');
  // What was under way: the bound of the queues, and what came between the two calls of this test.
  expect((await read(page)).total - pressed).toBeLessThan(16 * MB);
});

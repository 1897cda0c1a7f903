import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sshd, startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { barriers } from './support/barriers.ts';
import { nexus } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';

let sshd: Sshd;
test.beforeAll(async () => {
  sshd = await startSshd();
});
test.afterAll(() => stopAll());

test('files go to a host and come back in a browser', async ({ server }) => {
  const { page, home } = server;
  const remote = mkdtempSync(join(tmpdir(), 'nexus-remote-'));
  const local = mkdtempSync(join(tmpdir(), 'nexus-local-'));
  mkdirSync(join(local, 'site', 'deep'), { recursive: true });
  writeFileSync(join(local, 'site', 'deep', 'page.html'), '<p>deep</p>');
  writeFileSync(join(local, 'large.bin'), Buffer.alloc(20 * 1024 * 1024, 7));
  const at = ['--address', '127.0.0.1', '--port', String(sshd.port), '--user', sshd.user];
  await nexus(home, ['host', 'add', 'web', ...at, '--identity', sshd.key, '--accept-new']);
  await page.goto(`${server.origin}/#/hosts/web?tab=files&path=${encodeURIComponent(remote)}`);
  await expect(page.getByText('This folder is empty')).toBeVisible();

  // Bug caught: the policy of the page, or the one of the server, lets no file through.
  await page.getByRole('button', { name: 'Upload' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upload to web' });
  expect(await barriers(page)).toEqual([]);
  const choosing = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose files of this computer' }).click();
  await (await choosing).setFiles(join(local, 'large.bin'));
  const transfers = page.getByRole('region', { name: 'Transfers' });
  await expect(transfers.getByText(/^1 file, 20 MiB in .* · checksum is right/)).toBeVisible();
  expect(
    readFileSync(join(remote, 'large.bin')).equals(readFileSync(join(local, 'large.bin'))),
  ).toBe(true);
  const row = page.getByRole('row', { name: /large\.bin/ });
  await expect(row).toBeVisible();

  // A file that is dropped, as a browser makes the event.
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'dropped.txt'));
    return transfer;
  });
  await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: data });
  await expect(page.getByRole('row', { name: /dropped\.txt/ })).toBeVisible();
  expect(readFileSync(join(remote, 'dropped.txt'), 'utf8')).toBe('dropped');

  await row.click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save on this computer' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('large.bin');
  expect(statSync(await saved.path()).size).toBe(20 * 1024 * 1024);
  expect(new URL(page.url()).hash).toContain('/hosts/web');
  for (const folder of [remote, local]) rmSync(folder, { recursive: true, force: true });
});

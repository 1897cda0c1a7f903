import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { vectors } from '../main/vault/vectors.testing.ts';
import { freshHome, screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { writeWorkflow } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';
import { vault, vaultPassphrase } from './support/vault.ts';

const VALUE = 'tok_4f9c2b7d1e8a';
const worker = resolve(import.meta.dirname, '../out/main/vault.worker.cjs');

test('the keys and the cipher give the same bytes in Electron as in Node', async ({ app }) => {
  // Bug caught: a vault that one runtime wrote and the other cannot open, found by a user.
  const found = await app.electron.evaluate(
    async (_electron, { known, file }) => {
      const { Worker } = process.getBuiltinModule('node:worker_threads');
      const { createCipheriv, hkdfSync } = process.getBuiltinModule('node:crypto');
      const hex = (text: string) => Buffer.from(text, 'hex');
      const argon2id = (one: typeof known.argon2id) =>
        new Promise<string>((done, fail) => {
          const thread = new Worker(file, {
            workerData: {
              task: 'argon2id',
              password: Buffer.from(one.passphrase),
              salt: Buffer.from(one.salt, 'base64url'),
              ...one.costs,
            },
          });
          thread.once('error', fail);
          thread.once('message', ({ bytes }: { bytes: Uint8Array }) =>
            done(Buffer.from(bytes).toString('hex')),
          );
        });
      const { gcm, hkdf } = known;
      const cipher = createCipheriv('aes-256-gcm', hex(gcm.key), hex(gcm.nonce));
      cipher.setAAD(Buffer.from('{"entry":"e","vault":"v"}'));
      const body = Buffer.concat([cipher.update(hex(gcm.plain)), cipher.final()]);
      return {
        electron: process.versions['electron'],
        sealed: Buffer.concat([hex(gcm.nonce), body, cipher.getAuthTag()]).toString('base64url'),
        derived: Buffer.from(
          hkdfSync('sha256', hex(hkdf.master), hkdf.vault, `nexus/vault/v1/${hkdf.purpose}`, 32),
        ).toString('hex'),
        least: await argon2id(known.argon2id),
        full: await argon2id(known.argon2idFull),
      };
    },
    { known: vectors, file: worker },
  );
  expect(found).toEqual({
    electron: expect.stringMatching(/^\d+\./),
    sealed: vectors.gcm.sealed,
    derived: vectors.hkdf.derived,
    least: vectors.argon2id.derived,
    full: vectors.argon2idFull.derived,
  });
});

test('a run waits for the locked vault, and goes on when a person unlocks it there', async ({
  launch,
}) => {
  // Bug caught: the night's run that failed because nobody had unlocked the vault.
  const home = freshHome();
  vault(home, ['init']);
  vault(home, ['set', 'TOKEN', '--description', 'Of the registry'], `${VALUE}\n`);
  writeWorkflow(
    home,
    'publish',
    `name: publish
steps:
  - id: upload
    uses: shell
    with: { run: 'printf "%s" \${{ secrets.TOKEN }} | wc -c; echo sent \${{ secrets.TOKEN }}' }
`,
  );
  const app = await launch({ home });
  const { page } = app;
  const went = (hash: string) =>
    page.evaluate((at) => {
      window.location.hash = at;
    }, hash);
  await went('/workflows');
  await page.getByRole('row', { name: /publish/ }).click();
  await page.getByRole('button', { name: /^Run/ }).first().click();
  const start = page.getByRole('dialog').getByRole('button', { name: /^Run/ });
  if (await start.isVisible().catch(() => false)) await start.click();

  await went('/');
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('The vault is locked');
  await expect(page.getByRole('contentinfo')).toContainText('Vault locked, 1 step waits');
  await screenshot(page, 'vault-home-paused');
  await went('/runs');
  await page
    .getByRole('row', { name: /publish/ })
    .first()
    .click();
  await expect(page.getByTestId('run-needs')).toContainText('Waits for the vault');
  await screenshot(page, 'vault-run-paused');
  await page.getByTestId('run-needs').getByRole('button', { name: 'Unlock vault' }).click();
  const dialog = page.getByRole('dialog', { name: 'Unlock vault' });
  await dialog.getByLabel('Passphrase').fill('not the right one');
  await dialog.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('does not open the vault');
  await dialog.getByLabel('Passphrase').fill(vaultPassphrase);
  await screenshot(page, 'vault-unlock');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-status', 'succeeded');
  await expect(page.getByRole('contentinfo')).toContainText('Vault open');
  await page.getByRole('tab', { name: 'Log', exact: true }).click();
  await expect(page.getByText('sent ***')).toBeVisible();
  expect(await page.content()).not.toContain(VALUE);
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

test('a vault is made, filled and locked in the window, and opens on the command line', async ({
  launch,
}) => {
  // Bug caught: a value that comes back to the page; a vault of Electron that Node cannot open.
  const home = freshHome();
  const app = await launch({ home });
  const { page } = app;
  await page.getByRole('navigation', { name: 'Main navigation' }).getByText('Vault').click();
  await screenshot(page, 'vault-create');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await page.getByLabel('Passphrase').fill(vaultPassphrase);
  await page.getByLabel('Once more').fill(vaultPassphrase);
  await page.keyboard.press('Enter');
  const recovery = page.getByRole('dialog', { name: 'Keep this recovery key' });
  await expect(recovery).toContainText('AGE-SECRET-KEY-1');
  await screenshot(page, 'vault-recovery');
  await recovery.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.locator('body')).not.toContainText('AGE-SECRET-KEY-1');

  const add = async (name: string, value: string, description: string) => {
    await page.getByRole('button', { name: 'Add secret' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add secret' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Value').fill(value);
    await dialog.getByLabel('For what').fill(description);
    await dialog.getByLabel('Rotate after days').fill('90');
    if (name === 'REGISTRY_TOKEN') {
      await screenshot(page, 'vault-add');
      expect(await barriers(page, { electron: true })).toEqual([]);
    }
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  };
  await add('REGISTRY_TOKEN', VALUE, 'Publishes packages');
  await add('SMTP_PASSWORD', 'another-value-9', 'Sends mail');
  await expect(page.getByRole('row', { name: /REGISTRY_TOKEN/ })).toBeVisible();
  await screenshot(page, 'vault-list');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await page.getByRole('row', { name: /REGISTRY_TOKEN/ }).click();
  const sheet = page.getByRole('dialog', { name: 'REGISTRY_TOKEN' });
  await expect(sheet).toContainText('Publishes packages');
  await sheet.getByRole('button', { name: 'Generate new value' }).click();
  await page
    .getByRole('dialog', { name: /Generate a new value/ })
    .getByRole('button', { name: 'Generate new value' })
    .click();
  await expect(sheet.getByRole('listitem')).toHaveCount(2);
  await screenshot(page, 'vault-secret');
  await sheet.getByRole('button', { name: 'Use again' }).click();
  await expect(sheet.getByRole('listitem')).toHaveCount(3);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keys' }).click();
  await screenshot(page, 'vault-keys');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await page.content()).not.toContain(VALUE);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
  await screenshot(page, 'vault-locked');
  await page.setViewportSize({ width: 390, height: 844 });
  await screenshot(page, 'vault-locked-phone');
  await app.close();

  expect(vault(home, ['get', 'REGISTRY_TOKEN'])).toBe(`${VALUE}\n`);
  expect(readFileSync(join(home, 'vault', 'vault.json'), 'latin1')).not.toContain('REGISTRY');
  rmSync(home, { recursive: true, force: true });
});

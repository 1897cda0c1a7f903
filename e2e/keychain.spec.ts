import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freshHome } from './support/app.ts';
import { expect, test } from './support/fixtures.ts';
import { type Keyring, startKeyring } from './support/keyring.ts';
import { vault } from './support/vault.ts';

let keyring: Keyring;
test.beforeAll(async () => {
  keyring = await startKeyring();
});
test.afterAll(() => keyring.close());

const withStore = (store: string) => ({
  env: { ...keyring.env, NEXUS_TEST_PASSWORD_STORE: store },
  flags: ['-r', resolve(import.meta.dirname, 'support/passwordStore.cjs')],
});

test('a keyring opens the vault at the start, and without it the passphrase still does', async ({
  launch,
}) => {
  // Three starts of the app.
  test.setTimeout(180_000);
  // Bug caught: a slot that is written and never opens, found after the passphrase was forgotten.
  const home = freshHome();
  vault(home, ['init']);
  vault(home, ['set', 'TOKEN'], 'tok_4f9c2b7d1e8a\n');
  const slots = () =>
    (
      JSON.parse(readFileSync(join(home, 'vault', 'vault.json'), 'utf8')) as {
        slots: { kind: string }[];
      }
    ).slots.map(({ kind }) => kind);
  const first = await launch({ home, ...withStore('gnome-libsecret') });
  const { page } = first;
  await page.getByRole('link', { name: 'Vault', exact: true }).click();
  await page.getByLabel('Passphrase').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Add gnome_libsecret' }).click();
  await expect(page.getByText('The key is added.')).toBeVisible();
  expect(slots()).toEqual(['passphrase', 'recovery', 'keychain']);
  await first.close();

  // Nobody types anything.
  const second = await launch({ home, ...withStore('gnome-libsecret') });
  await second.page.getByRole('link', { name: 'Vault', exact: true }).click();
  await expect(second.page.getByText('TOKEN', { exact: true })).toBeVisible();
  await second.page.getByRole('button', { name: 'Lock', exact: true }).click();
  await second.page.getByRole('button', { name: 'Unlock with gnome_libsecret' }).click();
  await expect(second.page.getByText('TOKEN', { exact: true })).toBeVisible();
  await second.close();

  // Chromium's own “encryption” has a key that everybody knows: it is no keychain.
  const third = await launch({ home, ...withStore('basic') });
  await third.page.getByRole('link', { name: 'Vault', exact: true }).click();
  await expect(third.page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
  await expect(third.page.getByRole('button', { name: /Unlock with/ })).toHaveCount(0);
  await third.page.getByLabel('Passphrase').fill('correct horse battery');
  await third.page.keyboard.press('Enter');
  await third.page.getByRole('button', { name: 'Keys' }).click();
  await expect(third.page.getByText(/^No system keychain: /)).toBeVisible();
  await third.close();
  rmSync(home, { recursive: true, force: true });
});

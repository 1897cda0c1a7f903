import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { nexus } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';

test('the same interface in a browser, live, and through a power cut', async ({ server }) => {
  const { page, home } = server;
  await expect(page.getByRole('heading', { name: 'Nothing has run yet' })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Connected', exact: true })).toBeVisible();

  // Bug caught: whoever finds the link in a terminal's history can log in with it.
  const stranger = await server.browser.newContext();
  const second = await stranger.newPage();
  await second.goto(server.loginLink);
  await expect(second.getByRole('alert')).toContainText('it was used, or it has expired');
  expect(await barriers(second)).toEqual([]);
  await screenshot(second, 'login-light');
  await second.emulateMedia({ colorScheme: 'dark' });
  expect(await barriers(second)).toEqual([]);
  await screenshot(second, 'login-dark');
  await stranger.close();

  // Bug caught: the list is a picture of the past until somebody reloads.
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(page.getByText('Nothing has run yet')).toBeVisible();
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  await nexus(home, ['workflow', 'run', 'welcome', '--wait']);
  const rows = page.getByRole('row', { name: /welcome/ });
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('Succeeded');

  // Bug caught: a lost connection empties the page, or is not told.
  await server.kill9();
  await expect(page.getByText('The connection to Nexus was lost.')).toBeVisible();
  await expect(rows).toHaveCount(1);

  // Bug caught: what happened meanwhile is missing, or the login has died with the server.
  await nexus(home, ['workflow', 'run', 'welcome', '--wait']);
  await server.restart();
  await expect(rows).toHaveCount(2);
  await expect(page.getByText('The connection to Nexus was lost.')).toBeHidden();
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
});

import { screenshot } from './support/app.ts';
import { expect, test } from './support/fixtures.ts';

test('a terminal takes what is typed, and is still there after a reload', async ({ app }) => {
  const { page } = app;
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  await page.keyboard.type('echo sum-$((40+2))\n');
  await expect(rows).toContainText('sum-42');
  await screenshot(page, 'terminal');
  await page.reload();
  await expect(page.locator('.xterm-rows')).toContainText('sum-42');
  await screenshot(page, 'terminal-2');
});

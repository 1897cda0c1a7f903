import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { expect, test } from './support/fixtures.ts';

test('this machine’s figures move in the window', async ({ app }) => {
  const { page } = app;
  await page.getByRole('link', { name: 'Monitor' }).click();
  const processor = page.getByRole('region', { name: 'Processor' });
  // Bug caught: the sample never reaches the window, or the chart has no size.
  await expect(processor).toContainText(/\d %/);
  await expect(processor.locator('canvas')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Memory' })).toContainText(/GiB/);
  await screenshot(page, 'monitor-app-light');
  expect(await barriers(page, { electron: true })).toEqual([]);
});

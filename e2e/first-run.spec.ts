import { expect, test } from './support/fixtures.ts';

test('a fresh home opens with the welcome workflow, and one click runs it', async ({ app }) => {
  // Bug caught: the first thing a person sees is empty, asks questions first, or does not run.
  const { page } = app;
  await expect(page.getByRole('heading', { name: 'Nothing has run yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Run the welcome workflow' }).click();

  // Bug caught: a node stays grey although its step is done.
  const steps = ['greet', 'machine', 'disk', 'primes', 'breathe', 'summary', 'save', 'done'];
  for (const step of steps)
    await expect(page.getByTestId(`node-${step}`)).toHaveAttribute('data-status', 'succeeded');
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-status', 'succeeded');

  // Bug caught: a node that is green but whose output cannot be seen.
  await page.getByTestId('node-primes').click();
  const output = page.getByTestId('tab-output');
  await expect(output).toContainText('count');
  await expect(output).toContainText('229');
  await page.getByTestId('inspector').getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByTestId('tab-logs')).toContainText('The first 50 primes end with 229.');

  // Bug caught: Home does not learn of the run, and still says that nothing has run.
  await page.getByRole('navigation', { name: 'Main navigation' }).getByText('Home').click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nothing has run yet' })).toBeHidden();
});

import { nexus } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';

test('through the main journeys without a pointer', async ({ server }) => {
  // Bug caught: a step of the way needs the mouse.
  const { page, home } = server;
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();

  await test.step('the palette finds the verb and runs a workflow', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette.getByRole('combobox')).toBeFocused();
    await page.keyboard.type('runs.start');
    await expect(palette.getByRole('option').first()).toContainText('runs.start');
    await page.keyboard.press('Enter');
    await page.keyboard.type('welcome');
    await expect(palette.getByRole('option').first()).toContainText('welcome');
    await page.keyboard.press('Enter');
    const inputs = page.getByRole('dialog', { name: 'Run welcome' });
    await expect(inputs.getByRole('textbox')).toBeFocused();
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('run-header')).toHaveAttribute('data-status', 'succeeded');
  });

  await test.step('g and a letter goes to a page; j and k go through its list', async () => {
    await nexus(home, ['workflow', 'run', 'welcome', '--wait', '--input', 'name=Grace']);
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
    const grid = page.getByRole('grid');
    await expect(grid.getByRole('row', { name: /welcome/ })).toHaveCount(2);
    const active = () =>
      grid.evaluate((element) => {
        const id = element.getAttribute('aria-activedescendant');
        return id && Number(document.getElementById(id)?.dataset['index']);
      });
    await page.keyboard.press('j');
    expect(await active()).toBe(0);
    await page.keyboard.press('j');
    expect(await active()).toBe(1);
    await page.keyboard.press('k');
    expect(await active()).toBe(0);
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(page.getByText('2 runs selected')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('run-header')).toBeVisible();
  });

  await test.step('? lists the keys, escape closes, / filters', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(help).toContainText('Run workflow');
    await expect(help).toContainText('Go to Schedules');
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
    await page.keyboard.press('/');
    await page.keyboard.type('name:nothing-like-it');
    await expect(page.getByText('Nothing matches this filter')).toBeVisible();
  });

  await test.step('the first tab stop skips the navigation', async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#content')).toBeFocused();
  });
});

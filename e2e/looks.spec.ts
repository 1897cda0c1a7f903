import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screenshot } from './support/app.ts';
import { expect, test } from './support/fixtures.ts';
import { seed, type Seeded } from './support/seed.ts';

// A trace of two hundred pages takes longer than the pages.
test.use({ trace: 'off' });

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

interface Look {
  name: string;
  at: string;
  /** What shows that the page is there with its data. */
  see: (page: Page) => Promise<unknown>;
  /** Also in German. */
  german?: true;
  /** What has no narrow form of its own. */
  wideOnly?: true;
}

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
const dialog = (name: string) => (page: Page) =>
  expect(page.getByRole('dialog', { name })).toBeVisible();
const row = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('row', { name }).first()).toBeVisible();
const graph = (page: Page) =>
  expect(page.locator('.react-flow__node, [data-testid^="list-"]').first()).toBeVisible();

const looks = (seeded: Seeded): Look[] => [
  {
    name: 'home',
    at: '/',
    german: true,
    see: (page) => expect(page.getByRole('region').first()).toContainText('deploy-site'),
  },
  { name: 'runs', at: '/runs', german: true, see: row(/nightly-backup/) },
  { name: 'run-succeeded', at: `/runs/${seeded.succeeded}`, see: graph },
  { name: 'run-step', at: `/runs/${seeded.succeeded}?step=verify`, see: graph },
  { name: 'run-failed', at: `/runs/${seeded.failed}?step=pack`, see: graph },
  { name: 'run-waiting', at: `/runs/${seeded.waiting}`, see: graph },
  {
    name: 'compare',
    at: `/compare/${seeded.earlier}/${seeded.failed}`,
    see: heading('Compare runs'),
  },
  {
    name: 'approvals',
    at: '/approvals',
    german: true,
    see: (page) => expect(page.getByRole('article')).toHaveCount(2),
  },
  { name: 'workflows', at: '/workflows', german: true, see: row(/deploy-site/) },
  { name: 'new-workflow', at: '/workflows?create=true', see: dialog('New workflow') },
  { name: 'editor', at: '/workflows/deploy-site', german: true, see: graph },
  { name: 'editor-problems', at: '/workflows/rotate-keys', see: graph },
  { name: 'templates', at: '/templates', german: true, see: heading(/Templates|Vorlagen/) },
  { name: 'schedules', at: '/schedules', german: true, see: row(/nightly-backup/) },
  { name: 'schedule-add', at: '/schedules?add=deploy-site', see: dialog('Add schedule') },
  { name: 'audit', at: '/audit', german: true, see: row(/runs\.start/) },
  { name: 'settings', at: '/settings', german: true, see: heading(/Settings|Einstellungen/) },
  { name: 'settings-platform', at: '/settings?tab=platform', see: heading('Settings') },
  { name: 'settings-tokens', at: '/settings?tab=tokens', see: heading('Settings') },
  { name: 'settings-about', at: '/settings?tab=about', see: heading('Settings') },
  {
    name: 'not-found',
    at: '/no-such-page',
    see: (page) => expect(page.locator('main')).toContainText(/./),
  },
];

async function open(page: Page, look: Look): Promise<void> {
  await page.evaluate((at) => {
    window.location.hash = at;
  }, look.at);
  await look.see(page);
  await expect(page.locator('.animate-skeleton')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/**
 * What axe finds that keeps people out, one line each. The dark theme has the same structure as the
 * light one, so that only its colours are new.
 */
async function barriers(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (theme === 'dark') axe.withRules('color-contrast');
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

async function prefer(page: Page, change: { theme?: string; language?: string }): Promise<void> {
  await page.evaluate((preferences) => {
    localStorage.setItem('nexus.preferences', JSON.stringify(preferences));
  }, change);
  await page.reload();
}

test.describe('every page', () => {
  let seeded: Seeded;
  test.beforeAll(async () => {
    seeded = await seed();
  });
  test.afterAll(() => seeded.server.close());

  for (const theme of ['light', 'dark'] as const)
    test(`is open to everybody and fits its window, ${theme}`, async () => {
      // Bug caught: a control without a name, a contrast too low in one theme, a page cut off.
      test.setTimeout(120_000);
      const { page } = seeded.server;
      await prefer(page, { theme, language: 'en' });
      const found: Record<string, string[]> = {};
      for (const look of looks(seeded)) {
        await page.setViewportSize(wide);
        await open(page, look);
        await screenshot(page, `${look.name}-${theme}`);
        const wrong = await barriers(page, theme);
        if (wrong.length > 0) found[look.name] = wrong;
        await page.setViewportSize(phone);
        await open(page, look);
        await screenshot(page, `${look.name}-${theme}-phone`);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        if (over > 0) found[`${look.name} on a phone`] = [`${over} px too wide`];
      }
      expect(found).toEqual({});
    });

  test('in German too', async () => {
    // Bug caught: the longer language is cut off, or a text has no translation.
    const { page } = seeded.server;
    await page.setViewportSize(wide);
    await prefer(page, { theme: 'light', language: 'de' });
    for (const look of looks(seeded).filter(({ german }) => german)) {
      await open(page, look);
      await screenshot(page, `${look.name}-de`);
    }
  });
});

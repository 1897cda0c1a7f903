import type { Page } from '@playwright/test';
import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { expect, test } from './support/fixtures.ts';
import { seed, type Seeded } from './support/seed.ts';
import { vaultPassphrase } from './support/vault.ts';

// A trace of two hundred pages takes longer than the pages.
test.use({ trace: 'off' });

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
// The narrowest window that still has the rail.
const narrow = { width: 720, height: 900 };

// The dark theme has the structure of the light one; only its colours are new.
const colours = { only: 'color-contrast' };

interface Look {
  name: string;
  at: string;
  /** What shows that the page is there with its data. */
  see: (page: Page) => Promise<unknown>;
  /** Also in German. */
  german?: true;
  /** What a person does there before looking. */
  act?: (page: Page) => Promise<void>;
  /** Brings back how it was; for what is not gone with the page. Such looks are for wide windows. */
  undo?: (page: Page) => Promise<void>;
}

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
const heading2 = (name: string) => (page: Page) =>
  expect(page.getByRole('heading', { level: 2, name })).toBeVisible();
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
  {
    name: 'editor-yaml',
    at: '/workflows/deploy-site',
    see: graph,
    act: async (page) => {
      await page.getByTestId('toggle-yaml').click();
      await page.getByTestId('node-ask').click();
      await expect(page.getByTestId('field-title')).toBeVisible();
      await expect(page.getByTestId('yaml-content')).toContainText('Ask the owner');
      await page.getByTestId('fit').click();
    },
    undo: (page) => page.getByTestId('toggle-yaml').click(),
  },
  {
    name: 'run-log',
    at: `/runs/${seeded.waiting}`,
    see: graph,
    act: async (page) => {
      await page.getByRole('tab', { name: 'Log', exact: true }).click();
      await expect(page.getByText('built pricing.html')).toBeVisible();
    },
    undo: (page) => page.getByRole('tab', { name: 'Timeline' }).click(),
  },
  {
    name: 'palette',
    at: '/',
    see: heading('Home'),
    act: async (page) => {
      await page.keyboard.press('ControlOrMeta+k');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
    undo: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'keys',
    at: '/runs',
    see: heading('Runs'),
    act: async (page) => {
      await page.keyboard.press('?');
      await dialog('Keyboard shortcuts')(page);
    },
    undo: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'notifications-and-logs',
    at: '/schedules?open=',
    see: heading('Schedules'),
    act: async (page) => {
      await page.keyboard.press('ControlOrMeta+j');
      await expect(page.getByRole('tab', { name: 'Logs' })).toBeVisible();
      await page.getByRole('button', { name: /notification/ }).click();
      await expect(page.getByRole('dialog')).toContainText(/./);
    },
    undo: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('ControlOrMeta+j');
    },
  },
  { name: 'editor-problems', at: '/workflows/rotate-keys', see: graph },
  { name: 'templates', at: '/templates', german: true, see: heading(/Templates|Vorlagen/) },
  { name: 'schedules', at: '/schedules', german: true, see: row(/nightly-backup/) },
  { name: 'schedule-add', at: '/schedules?add=deploy-site', see: dialog('Add schedule') },
  { name: 'vault', at: '/vault', german: true, see: row(/POSTGRES_PASSWORD/) },
  {
    name: 'vault-secret',
    at: '/vault?open=GITHUB_TOKEN',
    german: true,
    see: (page) => expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(2),
  },
  {
    name: 'vault-add',
    at: '/vault?open=',
    see: heading('Vault'),
    act: async (page) => {
      await page.getByRole('button', { name: 'Add secret' }).click();
      await dialog('Add secret')(page);
    },
    undo: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'vault-keys',
    at: '/vault',
    see: heading('Vault'),
    act: async (page) => {
      await page.getByRole('button', { name: 'Keys', exact: true }).click();
      await dialog('Ways to open the vault')(page);
    },
    undo: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'vault-locked',
    at: '/vault',
    see: heading('Vault'),
    act: async (page) => {
      await page.getByRole('button', { name: 'Lock', exact: true }).click();
      await heading2('The vault is locked')(page);
    },
    undo: async (page) => {
      await page.getByLabel('Passphrase').fill(vaultPassphrase);
      await page.keyboard.press('Enter');
      await row(/POSTGRES_PASSWORD/)(page);
    },
  },
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

// Of the page, or of a table in it.
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const tables = [...document.querySelectorAll('[role="grid"]')];
    const over = tables.map((table) => table.scrollWidth - table.clientWidth);
    return Math.max(document.documentElement.scrollWidth - window.innerWidth, ...over);
  });

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
      test.setTimeout(240_000);
      const { page } = seeded.server;
      await prefer(page, { theme, language: 'en' });
      const found: Record<string, string[]> = {};
      for (const look of looks(seeded)) {
        await page.setViewportSize(wide);
        await open(page, look);
        await look.act?.(page);
        await screenshot(page, `${look.name}-${theme}`);
        const wrong = await barriers(page, theme === 'dark' ? colours : {});
        if (wrong.length > 0) found[look.name] = wrong;
        await look.undo?.(page);
        if (look.undo) continue;
        for (const [size, viewport] of [
          ['narrow', narrow],
          ['phone', phone],
        ] as const) {
          await page.setViewportSize(viewport);
          await open(page, look);
          await screenshot(page, `${look.name}-${theme}-${size}`);
          const over = await tooWide(page);
          if (over > 0) found[`${look.name}, ${size}`] = [`${over} px too wide`];
        }
      }
      expect(found).toEqual({});
    });

  test('in German too', async () => {
    // Bug caught: the longer language is cut off, or a text has no translation.
    const { page } = seeded.server;
    await prefer(page, { theme: 'light', language: 'de' });
    const found: Record<string, number> = {};
    for (const look of looks(seeded).filter(({ german }) => german))
      for (const [size, viewport] of [
        ['', wide],
        ['-narrow', narrow],
      ] as const) {
        await page.setViewportSize(viewport);
        await open(page, look);
        await screenshot(page, `${look.name}-de${size}`);
        const over = await tooWide(page);
        if (over > 0) found[look.name + size] = over;
      }
    expect(found, 'px too wide').toEqual({});
  });
});

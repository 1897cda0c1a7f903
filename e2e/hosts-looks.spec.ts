import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Sshd, startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { nexus } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';
import { type RunningServer, startServer } from './support/server.ts';

test.use({ trace: 'off' });

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let server: RunningServer;
let sshd: Sshd;
let page: Page;

// The same machine under many names, as a small estate would look.
const estate = [
  ['web-1', 'production', 'web,eu', 'nginx,blue'],
  ['web-2', 'production', 'web,eu', 'nginx,green'],
  ['db-1', 'production', 'db,eu', 'postgres,primary'],
  ['db-2', 'production', 'db,us', 'postgres,replica'],
  ['stage-1', 'staging', 'web,eu', 'nginx'],
  ['build-1', 'development', 'ci', 'runner'],
] as const;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  sshd = await startSshd();
  server = await startServer();
  page = server.page;
  const { home } = server;
  const login = ['--user', sshd.user, '--identity', sshd.key, '--accept-new'];
  const many = (option: string, values: string) =>
    values.split(',').flatMap((value) => [option, value]);
  for (const [name, environment, groups, tags] of estate) {
    const place = ['--address', '127.0.0.1', '--port', String(sshd.port)];
    const labels = [...many('--group', groups), ...many('--tag', tags)];
    const kind = ['--environment', environment];
    await nexus(home, ['host', 'add', name, ...place, ...login, ...kind, ...labels]);
  }
  await nexus(home, ['host', 'add', 'old-nas', '--address', '127.0.0.1', '--port', '1', ...login]);
  await nexus(home, ['host', 'test', 'old-nas'], 1).catch(() => undefined);
  for (const [name] of estate.slice(0, 4)) await nexus(home, ['host', 'test', name]);
  mkdirSync(join(sshd.dir, 'srv', 'releases'), { recursive: true });
  mkdirSync(join(sshd.dir, 'srv', 'shared'));
  writeFileSync(join(sshd.dir, 'srv', 'deploy.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(sshd.dir, 'srv', 'access.log'), 'x'.repeat(3_400_000));
});

test.afterAll(async () => {
  await server?.close();
  await stopAll();
});

async function go(hash: string): Promise<void> {
  await page.evaluate((at) => {
    window.location.hash = at;
  }, hash);
}

const row = (name: RegExp) => expect(page.getByRole('row', { name }).first()).toBeVisible();
const files = () => encodeURIComponent(join(sshd.dir, 'srv'));

const looks: { name: string; at: () => string; see: () => Promise<void>; wideOnly?: true }[] = [
  { name: 'hosts', at: () => '/hosts', see: () => row(/web-1/) },
  {
    name: 'host-add',
    at: () => '/hosts?add=true',
    see: () => expect(page.getByRole('dialog').getByLabel(/^Name/)).toBeVisible(),
  },
  {
    name: 'host',
    at: () => '/hosts/db-1',
    see: () => expect(page.getByText('Debian', { exact: false }).first()).toBeVisible(),
  },
  {
    name: 'host-files',
    at: () => `/hosts/db-1?tab=files&path=${files()}`,
    see: () => row(/deploy\.sh/),
  },
  {
    name: 'host-forwards',
    at: () => '/hosts/db-1?tab=forwards',
    see: () => expect(page.locator('main').getByRole('button').last()).toBeVisible(),
  },
  {
    name: 'command',
    at: () => '/commands?hosts=group:web',
    see: () => expect(page.getByText('web-1, web-2', { exact: false }).first()).toBeVisible(),
  },
];

async function prefer(theme: string, language: string): Promise<void> {
  await page.evaluate(
    (preferences) => localStorage.setItem('nexus.preferences', JSON.stringify(preferences)),
    { theme, language },
  );
  await page.reload();
}

test('hosts are open to everybody and fit their window, light, dark and German', async () => {
  // Bug caught: a control without a name, a contrast too low in one theme, a page cut off.
  test.setTimeout(180_000);
  const found: Record<string, string[]> = {};
  await page.setViewportSize(wide);
  await go('/commands?hosts=group:web');
  await page.getByLabel('Command').fill('df -h /; test "$(id -u)" = 0 || exit 3');
  await page.getByRole('button', { name: /^Run on/ }).click();
  await expect(page.getByText(/3 succeeded/)).toBeVisible();
  for (const [theme, language] of [
    ['light', 'en'],
    ['dark', 'en'],
    ['light', 'de'],
  ] as const) {
    if (theme !== 'light' || language !== 'en') await prefer(theme, language);
    const name = language === 'de' ? 'de' : theme;
    for (const look of looks) {
      for (const [size, suffix] of [
        [wide, ''],
        [phone, '-phone'],
      ] as const) {
        await page.setViewportSize(size);
        // From a page that has none of it, so that what is seen is the page that is meant.
        await go('/schedules');
        await expect(page.getByRole('heading', { name: /Schedules|Zeitpläne/ })).toBeVisible();
        await go(look.at());
        await look.see();
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        await screenshot(page, `estate-${look.name}-${name}${suffix}`);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        const wrong = [
          ...(over > 0 ? [`${over} px too wide`] : []),
          ...(language === 'en' ? await barriers(page) : []),
        ];
        if (wrong.length > 0) found[`${look.name} ${name}${suffix}`] = wrong;
      }
    }
  }
  expect(found).toEqual({});
});

import type { NexusClient } from '#contract/client.ts';
import type { HostOptions } from '#contract/hosts.ts';
import { pathsOf } from '#main/base/paths.ts';
import { connectLocal } from '#main/socket/index.ts';
import { endTree, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { expect, test } from './support/fixtures.ts';

let sshd: Sshd;
test.beforeAll(async () => {
  sshd = await startSshd();
});
test.afterAll(stopAll);

/** Does something on the running platform, as the command line would. */
async function onPlatform<T>(home: string, work: (client: NexusClient) => Promise<T>): Promise<T> {
  const connection = await connectLocal(pathsOf(home).socket);
  if (!connection) throw new Error('the platform does not listen');
  try {
    return await work(connection.client);
  } finally {
    await connection.close();
  }
}

const addHost = (home: string, options: HostOptions = {}) =>
  onPlatform(home, (client) =>
    client.hosts.add({
      name: 'web-1',
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      identity: [sshd.key],
      environment: 'staging',
      // Not the keys of whoever runs the tests.
      options: { identity_agent: 'none', ...options },
    }),
  );

test('a terminal on a host: its key is asked about, its loss is told, and it comes back', async ({
  app,
}) => {
  const { page, home } = app;
  await addHost(home);
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'New terminal on a host' }).click();
  await page.getByRole('menuitem', { name: 'web-1 · staging' }).click();
  const dialog = page.getByRole('dialog', { name: 'Trust web-1?' });
  await expect(dialog).toContainText('SHA256:');
  await screenshot(page, 'terminal-host-key');
  await dialog.getByRole('button', { name: 'Trust it and remember' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  await page.keyboard.type('cd /usr/share; pwd; echo over-$((1+1))');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('over-2');

  // The network goes away.
  await sshd.stop();
  const status = page.getByRole('status').filter({ hasText: 'web-1' });
  await expect(status).toContainText('was lost');
  await expect(status).toContainText('Trying again in');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'terminal-lost-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'terminal-lost-dark');

  // And comes back, and nobody clicks anything.
  await sshd.restart();
  await expect(rows).toContainText(/─{20}.*[#$%]/, { timeout: 40_000 });
  await expect(status).toBeHidden();
  await page.keyboard.type('echo back-$((2+2))');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('back-4');
  // What was there before the loss is there still, above a line.
  await expect(rows).toContainText('over-2');
  await expect(rows).toContainText('────────');
  await screenshot(page, 'terminal-back-dark');
});

test('a host that stops to answer is found out when the machine wakes, in German and narrow', async ({
  launch,
}) => {
  const { page, home, electron } = await launch({ colorScheme: 'light' });
  await addHost(home, { accept_new: true });
  await page.evaluate(() => localStorage.setItem('nexus.preferences', '{"language":"de"}'));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.evaluate(() => {
    window.location.hash = '#/terminals';
  });
  await page.getByRole('button', { name: 'Neues Terminal auf einem Host' }).click();
  await page.getByRole('menuitem', { name: 'web-1 · staging' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  endTree(sshd.process.pid!, 'SIGSTOP');
  try {
    // An hour in a bag: the wall clock has gone on, the steady one has not.
    await electron.evaluate(() => {
      const real = Date.now;
      Date.now = () => real() + 3_600_000;
    });
    const status = page.getByRole('status').filter({ hasText: 'web-1' });
    await expect(status).toBeVisible({ timeout: 40_000 });
    await expect(page.getByRole('button', { name: 'Neu verbinden' })).toBeVisible();
    expect(await barriers(page, { electron: true })).toEqual([]);
    await screenshot(page, 'terminal-lost-narrow-de');
  } finally {
    endTree(sshd.process.pid!, 'SIGCONT');
  }
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Sshd, startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { type RunningApp, launchApp, screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { expect, test } from './support/fixtures.ts';

// One journey: each test goes on where the one before stopped.
test.describe.configure({ mode: 'serial' });

let app: RunningApp;
let page: Page;
let first: Sshd;
let second: Sshd;
/** The home folder of whoever sits at the window. */
let person: string;

test.beforeAll(async () => {
  first = await startSshd();
  second = await startSshd();
  person = mkdtempSync(join(tmpdir(), 'nexus-person-'));
  mkdirSync(join(person, '.ssh'), { mode: 0o700 });
  writeFileSync(
    join(person, '.ssh', 'config'),
    [
      'Host web-2',
      '  HostName 127.0.0.1',
      `  Port ${second.port}`,
      `  User ${second.user}`,
      `  IdentityFile ${second.key}`,
      '  IdentitiesOnly yes',
      'Host *',
      '  ServerAliveInterval 30',
      '',
    ].join('\n'),
  );
  app = await launchApp({ env: { HOME: person } });
  page = app.page;
});

test.afterAll(async () => {
  await app?.close();
  await stopAll();
  if (person) rmSync(person, { recursive: true, force: true });
});

const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const fine = async () => expect(await barriers(page, { electron: true })).toEqual([]);
const goTo = (hash: string) =>
  page.evaluate((at) => {
    window.location.hash = at;
  }, hash);

test('a host is added, its key confirmed in place, and the connection tried', async () => {
  await page.getByRole('link', { name: 'Hosts' }).click();
  await expect(page.getByText('No hosts yet')).toBeVisible();
  await screenshot(page, 'hosts-empty');
  await button('Add host').click();
  const form = dialog('Add host');
  await form.getByLabel('Name').fill('web-1');
  await form.getByLabel('Address').fill('127.0.0.1');
  await form.getByLabel('Port').fill(String(first.port));
  await form.getByLabel('User').fill(first.user);
  await form.getByLabel('Groups').fill('web');
  await form.getByLabel('Tags').fill('nginx, blue');
  await form.getByLabel('Environment').fill('staging');
  await form.getByText('Keys, jump hosts and more').click();
  await form.getByLabel('Private keys').fill(first.key);
  await screenshot(page, 'host-form');
  await fine();
  await button('Add and test connection').click();
  const question = page.getByRole('dialog').filter({ hasText: 'SHA256:' });
  await expect(question).toBeVisible();
  await screenshot(page, 'host-key-question');
  await question.getByRole('button', { name: /remember/ }).click();
  await expect(page.getByText('The connection works')).toBeVisible();
  await screenshot(page, 'host-tested');
  await fine();
  await dialog('Connection to web-1').getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: /web-1/ })).toContainText('Connected');
});

test('hosts are imported from the SSH configuration, after a look at what will come', async () => {
  await button('Import from SSH configuration').click();
  await expect(dialog('Import hosts')).toContainText('web-2');
  await dialog('Import hosts').getByLabel('Put into group').fill('web');
  await dialog('Import hosts').getByRole('button', { name: 'Preview' }).click();
  await screenshot(page, 'host-import');
  await fine();
  await button('Import 1 host').click();
  await expect(page.getByRole('row', { name: /web-2/ })).toContainText('@web');
  await page.getByRole('textbox', { name: 'Filter' }).fill('group:web and not tag:nginx');
  await expect(page.getByRole('row', { name: /web-1/ })).toBeHidden();
  await page.getByRole('textbox', { name: 'Filter' }).fill('');
  await screenshot(page, 'hosts');
  await fine();
});

test('a command runs on a group; what failed runs again alone', async () => {
  writeFileSync(join(first.dir, 'release'), 'release 7\n');
  await page.getByRole('textbox', { name: 'Filter' }).fill('group:web');
  await button('Run command').click();
  await expect(page.getByRole('combobox', { name: 'Hosts' })).toHaveValue('group:web');
  await expect(page.getByText('2 hosts:')).toBeVisible();
  await page.getByLabel('Command').fill('seq 1 5000; cat "$HOME/release" || exit 3');
  await button('Run on 2 hosts').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /remember/ })
    .click();
  const results = page.getByRole('grid', { name: 'Results' });
  await expect(results.getByRole('row', { name: /web-1/ })).toContainText('Exit 0');
  await expect(results.getByRole('row', { name: /web-2/ })).toContainText('Exit 3');
  await expect(page.getByText('1 succeeded, 1 failed, 0 left')).toBeVisible();
  await results.getByRole('row', { name: /web-2/ }).click();
  await expect(page.getByRole('log', { name: 'web-2' })).toContainText('No such file');
  await screenshot(page, 'host-command');
  await fine();
  writeFileSync(join(second.dir, 'release'), 'release 7\n');
  await button('Retry 1 failed').click();
  await expect(results.getByRole('row', { name: /web-2/ })).toContainText('Exit 0');
  await expect(results.getByRole('row', { name: /web-2/ })).toContainText('2×');
  await expect(page.getByText('2 succeeded, 0 failed, 0 left')).toBeVisible();
});

test('files are looked at, sent and fetched', async () => {
  mkdirSync(join(first.dir, 'site', 'pages'), { recursive: true });
  writeFileSync(join(first.dir, 'site', 'index.html'), '<h1>Hello</h1>\n');
  await goTo(`/hosts/web-1?tab=files&path=${encodeURIComponent(join(first.dir, 'site'))}`);
  const files = page.getByRole('grid', { name: /Files in/ });
  await expect(files.getByRole('row', { name: /index\.html/ })).toContainText('15 B');
  await screenshot(page, 'host-files');
  await fine();

  // Fetch one.
  await files.getByRole('row', { name: /index\.html/ }).click();
  await dialog('Download index.html').getByLabel('Into folder').fill(join(person, 'down'));
  await dialog('Download index.html').getByRole('button', { name: 'Download' }).click();
  const transfers = page.getByRole('region', { name: 'Transfers' });
  await expect(transfers).toContainText('checksum is right');
  expect(readFileSync(join(person, 'down', 'index.html'), 'utf8')).toBe('<h1>Hello</h1>\n');

  mkdirSync(join(person, 'drafts'));
  writeFileSync(join(person, 'drafts', 'new.html'), '<h1>New</h1>\n');
  await button('Upload').click();
  await page.locator('input[type=file]').setInputFiles(join(person, 'drafts', 'new.html'));
  await expect(page.getByLabel('Files and folders')).toHaveValue(
    join(person, 'drafts', 'new.html'),
  );
  await page.getByLabel('Files and folders').fill(join(person, 'drafts'));
  await dialog('Upload to web-1').getByRole('button', { name: 'Upload' }).click();
  await expect(files.getByRole('row', { name: /drafts/ })).toBeVisible();
  expect(readFileSync(join(first.dir, 'site', 'drafts', 'new.html'), 'utf8')).toBe(
    '<h1>New</h1>\n',
  );
  await screenshot(page, 'host-transfers');

  // Drop one, as the person's own file manager would hand it over.
  writeFileSync(join(person, 'dropped.txt'), 'dropped\n');
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.dataset['testid'] = 'source';
    document.body.append(input);
  });
  await page.getByTestId('source').setInputFiles(join(person, 'dropped.txt'));
  await page.getByTestId('source').evaluate((input: HTMLInputElement) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(input.files![0]!);
    document
      .querySelector('[data-testid=drop-zone]')!
      .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    input.remove();
  });
  await expect(files.getByRole('row', { name: /dropped\.txt/ })).toBeVisible();
});

test('a port is handed on through the host', async () => {
  await page.getByRole('tab', { name: 'Forwards' }).click();
  await button('Open forward').click();
  const form = dialog('Forward through web-1');
  await form.getByLabel('Target, seen from the host').fill('127.0.0.1');
  await form.getByLabel('Port').nth(1).fill(String(second.port));
  await screenshot(page, 'host-forward-form');
  await form.getByRole('button', { name: 'Open forward' }).click();
  await expect(page.getByRole('listitem').getByText('Active', { exact: true })).toBeVisible();
  const listens = await page.getByText(/Copy id 127\.0\.0\.1:\d+/).textContent();
  expect(await greeting(Number(listens?.split(':')[1]))).toMatch(/^SSH-2\.0/);
  await screenshot(page, 'host-forwards');
  await fine();
  await button('Stop').click();
  await expect(page.getByText('No forwards')).toBeVisible();
});

function greeting(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data));
    });
  });
}

test('its figures move, and a terminal opens on it', async () => {
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.getByText('Kernel')).toBeVisible();
  await button('Watch this host').click();
  await page.getByLabel('How often').selectOption({ label: 'Every 2 seconds' });
  const figures = page.getByRole('region').locator('dd.tabular');
  await expect(figures.first()).toContainText('%');
  const before = await figures.allTextContents();
  await expect.poll(() => figures.allTextContents(), { timeout: 20_000 }).not.toEqual(before);
  await screenshot(page, 'host-overview');
  await fine();
  await page.keyboard.press('c');
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$]/);
  await page.keyboard.type('echo on-$((40+2))');
  await page.keyboard.press('Enter');
  await expect(rows).toContainText('on-42');
  await screenshot(page, 'host-terminal');
  await page.keyboard.type('exit');
  await page.keyboard.press('Enter');
  await button('Close panel').click();
});

test('a command on a production host waits for an approval of exactly this', async () => {
  await page.evaluate(() => {
    window.location.hash = '/hosts?edit=web-1';
  });
  await dialog('Edit host web-1').getByLabel('Environment').fill('production');
  await dialog('Edit host web-1').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('row', { name: /web-1/ })).toContainText('production');
  await goTo('/settings?tab=platform');
  await page.getByRole('switch', { name: /production hosts/ }).click();
  await button('Save settings').click();
  await goTo('/commands?hosts=group:web');
  await expect(page.getByText('1 production host is among them: web-1.')).toBeVisible();
  await page.getByLabel('Command').fill('echo careful');
  await screenshot(page, 'host-command-production');
  await button('Run on 2 hosts').click();
  const approval = page.getByRole('dialog').filter({ hasText: 'SHA-256' });
  await expect(approval).toContainText('echo careful');
  await expect(approval).toContainText('web-1, web-2');
  await screenshot(page, 'host-approval');
  await approval.getByRole('button', { name: 'Reject' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'rejected' })).toBeVisible();
  await button('Run on 2 hosts').click();
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('2 succeeded, 0 failed, 0 left')).toBeVisible();
});

test('a changed key is refused with both fingerprints, until the old one is forgotten', async () => {
  await first.stop();
  const other = await startSshd({ port: first.port });
  await goTo('/hosts?test=web-1');
  const shown = page.getByRole('alert').filter({ hasText: 'has changed' });
  await expect(shown).toBeVisible({ timeout: 30_000 });
  await expect(shown.getByText(/^SHA256:/)).toHaveCount(2);
  await screenshot(page, 'host-key-changed');
  await fine();
  await button('Forget the old key').click();
  await dialog(/Forget the old key/)
    .getByRole('button', { name: 'Forget the old key' })
    .click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /remember/ })
    .click();
  // The new machine does not know the person's key.
  await expect(page.getByRole('alert').filter({ hasText: /web-1/ })).toBeVisible();
  await dialog('Connection to web-1').getByRole('button', { name: 'Done' }).click();
  await other.stop();
});

test('a host is removed after a word about what that means', async () => {
  await page.getByRole('row', { name: /web-2/ }).getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Remove host' }).click();
  await expect(dialog('Remove host web-2')).toContainText('Nothing changes on the machine itself');
  await dialog('Remove host web-2').getByRole('button', { name: 'Remove host' }).click();
  await expect(page.getByRole('row', { name: /web-2/ })).toBeHidden();
});

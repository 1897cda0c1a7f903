import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freshHome, screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { nexus, writeWorkflow } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';

test('a file where the home should be: the window says so, and what to do', async ({ launch }) => {
  // Bug caught: a home that cannot be written ends the app before anybody sees why.
  const folder = freshHome();
  const home = join(folder, 'nexus');
  writeFileSync(home, 'not a folder');
  const { page } = await launch({ home });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Nexus could not start');
  await expect(alert).toContainText(home);
  await expect(alert).toContainText('Move that file away, or choose another folder');
  await expect(page.getByText('database.unavailable')).toBeVisible();
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'failure-light');
  rmSync(folder, { recursive: true, force: true });
});

test('a window on the home of a running server joins it', async ({ launch, server }) => {
  // Bug caught: the window only says that it could not start, or takes the home while the server
  // restarts, or ends the server when it is closed.
  const { home } = server;
  const app = await launch({ home });
  const { page } = app;
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await nexus(home, ['workflow', 'run', 'welcome', '--wait']);
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(page.getByRole('row', { name: /welcome/ })).toContainText('Succeeded');

  await server.kill9();
  await expect(page.getByRole('alert')).toContainText('The connection to Nexus was lost');
  await server.restart();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('row', { name: /welcome/ })).toContainText('Succeeded');

  await app.close();
  await expect(nexus(home, ['status'])).resolves.toMatchObject({ running: true });
});

test('a half-written workflow is named on Home, and the rest works', async ({ launch }) => {
  // Bug caught: one bad file keeps the platform from opening, or is left out without a word.
  const home = freshHome();
  writeWorkflow(
    home,
    'half',
    'name: half\nsteps:\n  - id: a\n    uses: shell\n    with: {run: "ec',
  );
  writeWorkflow(
    home,
    'good',
    'name: good\nsteps:\n  - id: a\n    uses: transform\n    with: {set: {a: 1}}\n',
  );
  const { page } = await launch({ home });
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('half');
  await expect(needs).toContainText('Workflow cannot run');
  await needs.getByRole('link', { name: 'Fix' }).click();
  await expect(page.getByTestId('stale')).toContainText('The YAML does not parse');
  await nexus(home, ['workflow', 'run', 'good', '--wait']);
  rmSync(home, { recursive: true, force: true });
});

test('npm start without a display serves the dashboard and prints a login link', async () => {
  // Bug caught: on a server the first command fails for want of a screen.
  const home = freshHome();
  const root = resolve(import.meta.dirname, '..');
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  const script = join(root, 'build', 'scripts', 'start.ts');
  const child = spawn(process.execPath, [script, '--port', '0', '--home', home], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const link = await new Promise<string>((done, fail) => {
    let text = '';
    child.stdout.on('data', (piece: Buffer) => {
      text += String(piece);
      const found = /http:\/\/127\.0\.0\.1:\d+\/login\?token=\S+/.exec(text)?.[0];
      if (found) done(found);
    });
    void gone.then(() => fail(new Error(`npm start ended: ${text}`)));
  });
  const answer = await fetch(link, { redirect: 'manual' });
  expect(answer.headers.get('set-cookie')).toContain('HttpOnly');
  // The welcome workflow runs here as well, with nothing but this machine.
  const { run } = await nexus<{ run: { status: string } }>(home, [
    'workflow',
    'run',
    'welcome',
    '--wait',
  ]);
  expect(run.status).toBe('succeeded');
  child.kill('SIGTERM');
  await gone;
  rmSync(home, { recursive: true, force: true });
});

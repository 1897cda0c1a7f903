import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { screenshot } from './support/app.ts';
import { barriers } from './support/barriers.ts';
import { expect, test } from './support/fixtures.ts';

/** Opens the page and a first terminal, and waits for its prompt. */
async function openTerminal(page: Page) {
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  return rows;
}

/** Types a line into the terminal that has the keyboard. */
async function type(page: Page, line: string) {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Puts a text on the clipboard as a paste of the person would bring it. */
async function pasteText(page: Page, text: string) {
  await page
    .locator('.xterm-helper-textarea')
    .first()
    .evaluate((area, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      area.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    }, text);
}

test('a terminal takes what is typed, and is still there after a reload', async ({ app }) => {
  const { page } = app;
  const rows = await openTerminal(page);
  await type(page, 'echo sum-$((40+2)); seq 1 2000; printf "\\033[1;32mgreen\\033[0m \\u00e4\\n"');
  await expect(rows).toContainText('green ä');
  await type(page, 'export KEPT=still-here');
  await page.reload();
  await expect(page.locator('.xterm-rows')).toContainText('green ä');
  // It has the keyboard again, it is the same shell, and the scrollback is there.
  await type(page, 'echo $KEPT-indeed');
  await expect(page.locator('.xterm-rows')).toContainText('still-here-indeed');
  await page.keyboard.press('Control+Shift+F');
  await page.getByRole('textbox', { name: 'Find in terminal' }).fill('sum-42');
  await expect(page.getByRole('search')).toContainText('1 of 1');
  await screenshot(page, 'terminal-search');
  // What is looked for is text, and no pattern.
  await page.getByRole('textbox', { name: 'Find in terminal' }).fill('$((40+');
  await expect(page.getByRole('search')).toContainText('1 of 1');
  await page.getByRole('textbox', { name: 'Find in terminal' }).fill('sum.42');
  await expect(page.getByRole('search')).toContainText('No match');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('search')).toBeHidden();
});

test('closing the window ends no terminal; starting Nexus again shows it', async ({ app }) => {
  // Bug caught: the window's cross ends an update that runs in a terminal.
  const { page, electron } = app;
  const rows = await openTerminal(page);
  await type(
    page,
    'for i in $(seq 1 50); do echo tick-$((i*2)); sleep 0.1; done; echo all-$((1+1))',
  );
  await expect(rows).toContainText('tick-2');
  const next = electron.waitForEvent('window');
  await page.close();
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(
    0,
  );
  await electron.evaluate(({ app: main }) => void main.emit('second-instance'));
  const again = await next;
  await again.getByRole('link', { name: 'Terminals' }).click();
  await expect(again.locator('.xterm-rows')).toContainText('tick-100');
  await expect(again.locator('.xterm-rows')).toContainText('all-2');
  // Without a terminal the window's end is the app's.
  await again.keyboard.press('Control+Shift+W');
  await expect(again.getByRole('button', { name: 'Open terminal' })).toBeVisible();
  await again.close();
  await app.gone;
});

test('panes side by side, typing in all of them, keys for everything', async ({ app }) => {
  const { page } = app;
  await openTerminal(page);
  await page.keyboard.press('Control+Shift+E');
  await expect(page.locator('.xterm-rows')).toHaveCount(2);
  await expect(page.locator('.xterm-rows').nth(1)).toContainText(/[#$%]/);
  await page.keyboard.press('Control+Shift+O');
  await expect(page.locator('.xterm-rows')).toHaveCount(3);
  await expect(page.locator('.xterm-rows').nth(2)).toContainText(/[#$%]/);
  await type(page, 'echo only-here');
  await expect(page.locator('.xterm-rows').nth(2)).toContainText('only-here');
  await expect(page.locator('.xterm-rows').nth(0)).not.toContainText('only-here');
  await page.keyboard.press('Control+Shift+B');
  await expect(page.getByText('Typing in all panes').first()).toBeVisible();
  await type(page, 'echo every$((1))where');
  for (let i = 0; i < 3; i += 1)
    await expect(page.locator('.xterm-rows').nth(i)).toContainText('every1where');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'terminal-splits-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'terminal-splits-dark');
  await page.keyboard.press('Control+Shift+B');
  await page.keyboard.press('Control+Shift+W');
  await expect(page.locator('.xterm-rows')).toHaveCount(2);
  // The layout is the window's: a reload brings the same panes.
  await page.reload();
  await expect(page.locator('.xterm-rows')).toHaveCount(2);
  await expect(page.locator('.xterm.focus')).toHaveCount(1);
  await page.keyboard.press('F6');
  await expect(page.locator('[data-terminal-tab="active"]')).toBeFocused();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Split to the right');
});

test('many panes share twelve drawings of WebGL, and each is given back', async ({ app }) => {
  // Bug caught: the browser takes the oldest context away, or counts those of terminals long gone.
  const { page } = app;
  const warnings: string[] = [];
  page.on('console', (message) => void warnings.push(message.text()));
  await page.evaluate(() => localStorage.setItem('nexus.terminals', '{"drawing":"webgl"}'));
  await page.reload();
  await page.getByRole('link', { name: 'Terminals' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).click();
  const panes = page.locator('.xterm');
  await expect(panes).toHaveCount(1);
  for (let count = 2; count <= 14; count += 1) {
    await page.keyboard.press(count % 2 === 0 ? 'Control+Shift+E' : 'Control+Shift+O');
    await expect(panes).toHaveCount(count);
  }
  const drawn = page.locator('.xterm:has(canvas)');
  await expect(drawn).toHaveCount(12);
  await screenshot(page, 'terminal-many');
  // Out of sight and back, again and again: more contexts than any browser gives at once.
  for (let i = 0; i < 3; i += 1) {
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await expect(panes).toHaveCount(0);
    await page.getByRole('link', { name: 'Terminals' }).click();
    await expect(drawn).toHaveCount(12);
  }
  // A context that the system takes away: that pane goes on with elements, and shows what it showed.
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(
      '.xterm canvas:not(.xterm-link-layer)',
    );
    canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  });
  await expect(drawn).toHaveCount(11);
  await expect(page.locator('.xterm:not(:has(canvas)) .xterm-rows').first()).toContainText(/[#$%]/);
  expect(warnings.filter((text) => /too many|context (was )?lost/i.test(text))).toEqual([]);
});

test('several lines are shown before they run, unless the program can tell a paste', async ({
  app,
}) => {
  const { page } = app;
  const rows = await openTerminal(page);
  // bash says that it can tell (bracketed paste): nothing runs, nothing is asked.
  await pasteText(page, 'echo one-$((1+1))\necho two-$((1+1))');
  await expect(rows).toContainText('echo two-');
  await expect(rows).not.toContainText('one-2');
  await page.keyboard.press('Control+C');
  // cat cannot.
  await type(page, 'cat');
  await pasteText(page, 'first\nsec\x1b[201~ond\n');
  const dialog = page.getByRole('dialog', { name: 'Paste 2 lines?' });
  await expect(dialog).toContainText('sec[201~ond');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'terminal-paste');
  await dialog.getByRole('button', { name: 'Do not paste' }).click();
  await expect(rows).not.toContainText('first');
  await pasteText(page, 'first\nsecond\n');
  await page.getByRole('dialog').getByRole('button', { name: 'Paste 2 lines' }).click();
  await expect(rows).toContainText('first');
  await expect(rows).toContainText('second');
});

test('what is shown cannot reach the clipboard, the page or the outside', async ({ app }) => {
  const { page, electron } = app;
  const rows = await openTerminal(page);
  await electron.evaluate(({ clipboard }) => clipboard.writeText('mine'));
  await electron.evaluate(({ shell }) => {
    const kept = globalThis as unknown as { opened: string[] };
    kept.opened = [];
    shell.openExternal = async (url: string) => void kept.opened.push(url);
  });
  await type(
    page,
    `printf '\\033]52;c;ZXZpbA==\\007\\033]2;<img src=x onerror=alert(1)>\\007\\033[21t\\033]8;;javascript:alert(1)\\033\\\\evil-link\\033]8;;\\033\\\\ \\033]8;;https://example.org/fine\\033\\\\good-link\\033]8;;\\033\\\\\\n'`,
  );
  await expect(rows).toContainText('evil-link good-link');
  expect(await electron.evaluate(({ clipboard }) => clipboard.readText())).toBe('mine');
  await expect(page.getByRole('button', { name: /^<img src=x/ })).toBeVisible();
  const link = rows.locator('div', { hasText: /^evil-link good-link/ });
  const box = (await link.boundingBox())!;
  const at = async (x: number, held: boolean) => {
    await page.mouse.move(box.x + x, box.y + box.height / 2);
    if (held) await page.keyboard.down('Control');
    await page.mouse.click(box.x + x, box.y + box.height / 2);
    if (held) await page.keyboard.up('Control');
  };
  await at(20, true);
  await at(110, false);
  await at(110, true);
  const seen = () =>
    electron.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  await expect.poll(seen).toEqual(['https://example.org/fine']);
});

test('the bottom panel, snippets, a log and the end of a shell', async ({ app }) => {
  const { page, home } = app;
  const rows = await openTerminal(page);
  await page.getByRole('button', { name: 'Snippets' }).click();
  await page.getByRole('menuitem', { name: 'Manage snippets' }).click();
  await page.getByRole('button', { name: 'Add snippet' }).click();
  await page.getByLabel('Name').fill('Disk');
  await page.getByRole('textbox', { name: /^Text/ }).fill('echo disk-$((3*3))');
  await page.getByLabel('Press Enter after it').click();
  await page.getByRole('button', { name: 'Save snippet' }).click();
  await expect(page.getByRole('dialog')).toContainText('Disk');
  await screenshot(page, 'terminal-snippets');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Start logging to a file' }).click();
  await expect(page.getByText('Logging', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Snippets' }).click();
  await page.getByRole('menuitem', { name: 'Disk' }).click();
  await expect(rows).toContainText('disk-9');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Stop logging' }).click();
  const logs = join(home, 'logs', 'terminals');
  await expect.poll(() => existsSync(logs) && readdirSync(logs).length).toBe(1);
  const [file = ''] = readdirSync(logs);
  expect(readFileSync(join(logs, file), 'utf8')).toContain('disk-9');

  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.keyboard.press('Control+J');
  await page.getByRole('tab', { name: 'Terminals' }).click();
  await expect(page.locator('.xterm-rows')).toContainText('disk-9');
  await screenshot(page, 'terminal-panel');
  await page.locator('.xterm').click();
  await type(page, 'exit 3');
  await expect(page.getByText('The shell has ended with code 3.')).toBeVisible();
  await page.getByRole('button', { name: 'Start a new shell' }).click();
  await expect(page.getByText('The shell has ended with code 3.')).toBeHidden();
  await type(page, 'echo new-$((5+5))');
  await expect(page.locator('.xterm-rows')).toContainText('new-10');
  expect(await barriers(page, { electron: true })).toEqual([]);
});

test('a program that runs is asked about before its terminal is closed', async ({ app }) => {
  const { page } = app;
  const rows = await openTerminal(page);
  // The terminal's mode is the program's from here on: what is typed too early would be echoed oddly.
  await type(page, 'echo go-$((1+1)); cat');
  await expect(rows).toContainText('go-2');
  await type(page, 'heard');
  await expect(rows).toContainText(/heard\s*heard/);
  await page.keyboard.press('Control+Shift+W');
  const dialog = page.getByRole('dialog', { name: 'Close the terminal?' });
  await expect(dialog).toContainText('cat runs in');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'terminal-closing');
  await dialog.getByRole('button', { name: 'Keep it open' }).click();
  // The keyboard is the terminal's again.
  await type(page, 'still');
  await expect(rows).toContainText(/still\s*still/);
  await page.keyboard.press('Control+C');
  await type(page, 'echo back-$((1+1))');
  await expect(rows).toContainText('back-2');
  await page.keyboard.press('Control+Shift+W');
  await expect(page.getByRole('button', { name: 'Open terminal' })).toBeVisible();
});

test('a flood is drawn to its end, and typing is drawn at once after it', async ({ app }) => {
  // Bug caught: frames that were held back in the flood are never drawn.
  const { page } = app;
  const rows = await openTerminal(page);
  await type(page, 'seq 1 400000; printf "the-%s\\n" end');
  await expect(rows).toContainText('the-end', { timeout: 30_000 });
  await expect(rows).toContainText('400000');
  await page.keyboard.type('echo typed');
  await expect(rows).toContainText('echo typed');
});

test('in German, in the dark and on a telephone', async ({ launch }) => {
  const { page } = await launch({ colorScheme: 'dark' });
  await page.evaluate(() => localStorage.setItem('nexus.preferences', '{"language":"de"}'));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.evaluate(() => {
    window.location.hash = '#/terminals';
  });
  await page.getByRole('button', { name: 'Terminal öffnen' }).click();
  const rows = page.locator('.xterm-rows');
  await expect(rows).toContainText(/[#$%]/);
  await type(
    page,
    'for i in 1 2 3 4 5 6 7; do printf "\\033[3${i}mfarbe $i\\033[0m "; done; tput cols',
  );
  await expect(rows).toContainText('farbe 7');
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'terminal-narrow-de');
  // The keys that a phone's keyboard lacks, and the way to the pages that have no place in the bar.
  const keys = page.getByRole('toolbar', { name: 'Tasten' });
  await type(page, 'echo go-$((1+1)); cat');
  await expect(rows).toContainText('go-2');
  await keys.getByRole('button', { name: 'Ctrl' }).click();
  await page.keyboard.type('c');
  await expect(rows).toContainText(/\^C.*[#$%]/);
  await type(page, 'echo out-$((1+1))');
  await expect(rows).toContainText('out-2');
  await keys.getByRole('button', { name: 'Hoch' }).click();
  await page.keyboard.press('Enter');
  await expect(rows).toContainText(/out-2[^]*out-2/);
  await page.getByRole('button', { name: 'Mehr' }).click();
  await expect(page.getByRole('dialog', { name: 'Weitere Seiten' })).toBeVisible();
  expect(await barriers(page, { electron: true })).toEqual([]);
  await screenshot(page, 'phone-more-de');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Weitere Aktionen' }).click();
  await expect(page.getByRole('menuitem', { name: 'Umbenennen' })).toBeVisible();
  await screenshot(page, 'terminal-menu-de');
});

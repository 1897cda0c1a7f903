import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { freshHome } from './support/app.ts';
import { expect, test } from './support/fixtures.ts';

/** What each violation of the page's policy names, in order. */
async function violations(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seenViolations: seen });
    document.addEventListener('securitypolicyviolation', (event) =>
      seen.push(event.effectiveDirective),
    );
  });
  await act();
  return page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        // Violations are reported in a task of their own; this one comes after it.
        setTimeout(() => done((window as unknown as { seenViolations: string[] }).seenViolations));
      }),
  );
}

test.describe('the window', () => {
  test('every window is sandboxed and isolated', async ({ app }) => {
    // Bug caught: one window is made with other preferences, and its page can reach Node.
    const preferences = await app.electron.evaluate(({ webContents }) =>
      // Electron's types leave this method out.
      webContents
        .getAllWebContents()
        .map((contents) =>
          (contents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
        ),
    );
    expect(preferences.length).toBeGreaterThan(0);
    for (const preference of preferences)
      expect(preference).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
      });
    // This one is listed only when it is on.
    expect(preferences.filter((preference) => 'nodeIntegrationInWorker' in preference)).toEqual([]);
  });

  test('the page gained one key and no Node', async ({ app }) => {
    // Bug caught: the preload exposes more than the port.
    const found = await app.page.evaluate(() => {
      const blank = document.createElement('iframe');
      document.body.append(blank);
      const plain = new Set(Object.getOwnPropertyNames(blank.contentWindow));
      blank.remove();
      return {
        bridge: Object.keys((window as unknown as { nexus: object }).nexus),
        electron: Object.getOwnPropertyNames(window).filter(
          (name) =>
            !plain.has(name) && /nexus|electron|ipc|node|require|process|module/i.test(name),
        ),
        types: ['require', 'process', 'module', 'Buffer', 'global'].map(
          (name) => typeof (window as unknown as Record<string, unknown>)[name],
        ),
      };
    });
    expect(found.bridge).toEqual(['connect', 'pathOf']);
    expect(found.electron).toEqual(['nexus']);
    expect(new Set(found.types)).toEqual(new Set(['undefined']));
  });

  test('eval, new Function and inline script are refused', async ({ app }) => {
    // Bug caught: the policy is missing on one path, or someone needed 'unsafe-inline'.
    const refused = await app.page.evaluate(
      () =>
        new Promise<string[]>((done) => {
          const tried = (work: () => unknown): string => {
            try {
              work();
              return 'ran';
            } catch (error) {
              return (error as Error).name;
            }
          };
          // What a driver evaluates is exempt from the policy; a task of the page's own is not.
          setTimeout(() =>
            done([
              // oxlint-disable-next-line no-eval -- that it is refused is the test
              tried(() => (0, eval)('1')),
              // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- as above
              tried(() => new Function('return 1')()),
              // oxlint-disable-next-line typescript/no-implied-eval -- as above
              tried(() => setTimeout('1' as unknown as () => void)),
            ]),
          );
        }),
    );
    expect(refused).not.toContain('ran');
    const inline = await app.page.evaluate(() => {
      const button = document.createElement('button');
      try {
        button.setAttribute('onclick', 'window.inlineRan = true');
      } catch (error) {
        return (error as Error).message;
      }
      button.click();
      return String((window as unknown as { inlineRan?: boolean }).inlineRan);
    });
    expect(inline).toMatch(/TrustedScript/);
  });

  test('a string does not become markup or a script address', async ({ app }) => {
    // Bug caught: text from a workflow's log reaches innerHTML.
    const refused = await app.page.evaluate(() => {
      const sinks: [string, () => unknown][] = [
        ['innerHTML', () => (document.createElement('div').innerHTML = '<b>x</b>')],
        ['script.src', () => (document.createElement('script').src = 'app://nexus/x.js')],
        ['worker', () => new Worker('app://nexus/x.js')],
      ];
      return sinks
        .filter(([, sink]) => {
          try {
            sink();
            return true;
          } catch {
            return false;
          }
        })
        .map(([name]) => name);
    });
    expect(refused).toEqual([]);
  });

  test('the page cannot load from, or send to, anywhere else', async ({ app }) => {
    // Bug caught: data leaves by an image, a request or a form.
    const seen = await violations(app.page, () =>
      app.page.evaluate(async () => {
        const image = new Image();
        image.src = 'https://example.org/leak.png';
        await fetch('https://example.org/leak').catch(() => undefined);
        const frame = document.createElement('iframe');
        frame.src = 'https://example.org/';
        document.body.append(frame);
      }),
    );
    expect(new Set(seen)).toEqual(new Set(['img-src', 'connect-src', 'frame-src']));
  });

  test('the page cannot leave its origin', async ({ app }) => {
    // Bug caught: a link in a log takes the window, bridge and all, to a foreign page.
    const before = app.page.url();
    for (const address of ['https://example.org/', 'file:///etc/passwd', 'data:text/html,x'])
      await app.page.evaluate((to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
    expect(await app.page.evaluate(() => 1 + 1)).toBe(2);
    expect(app.page.url()).toBe(before);
  });

  test('no second window opens, and only https and mailto reach the system', async ({ app }) => {
    // Bug caught: window.open makes a window of the page's choosing, or starts a program.
    await app.electron.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (address) => {
        opened.push(address);
        return Promise.resolve();
      };
    });
    const handles = await app.page.evaluate(() =>
      [
        'https://example.org/a',
        'mailto:a@example.org',
        'http://example.org/',
        'file:///etc/passwd',
        'app://nexus/',
        'smb://host/share',
        'about:blank',
        // oxlint-disable-next-line no-script-url -- that it is refused is the test
        'javascript:alert(1)',
      ].map((address) => window.open(address) === null),
    );
    expect(new Set(handles)).toEqual(new Set([true]));
    const state = await app.electron.evaluate(({ BrowserWindow }) => ({
      windows: BrowserWindow.getAllWindows().length,
      opened: (globalThis as unknown as { opened: string[] }).opened,
    }));
    expect(state).toEqual({
      windows: 1,
      opened: ['https://example.org/a', 'mailto:a@example.org'],
    });
  });

  test('permissions are denied', async ({ app }) => {
    // Bug caught: a page asks for the camera, the position or notifications and gets them.
    const answers = await app.page.evaluate(async () => {
      const states: Record<string, string> = {};
      for (const name of ['camera', 'microphone', 'geolocation', 'notifications', 'clipboard-read'])
        states[name] = (await navigator.permissions.query({ name: name as PermissionName })).state;
      const media = await navigator.mediaDevices
        .getUserMedia({ video: true })
        .then(() => 'granted')
        .catch((error: Error) => error.name);
      const place = await new Promise((done) =>
        navigator.geolocation.getCurrentPosition(
          () => done('granted'),
          () => done('denied'),
        ),
      );
      return { states, media, place, notification: await Notification.requestPermission() };
    });
    expect(new Set(Object.values(answers.states))).toEqual(new Set(['denied']));
    expect(answers.media).not.toBe('granted');
    expect(answers.place).toBe('denied');
    expect(answers.notification).toBe('denied');
  });

  test('a web view is not created', async ({ app }) => {
    // Bug caught: a web view brings a page with preferences of its own into our window.
    const count = () =>
      app.electron.evaluate(({ webContents }) => webContents.getAllWebContents().length);
    const before = await count();
    await app.page.evaluate(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'app://nexus/');
      document.body.append(view);
      view.remove();
    });
    expect(await count()).toBe(before);
  });

  test('a subframe that asks for the port gets none', async ({ app }) => {
    // Bug caught: an embedded document is taken for the page and may call every operation.
    const hasBridge = await app.page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      return 'nexus' in (frame.contentWindow as object);
    });
    expect(hasBridge).toBe(false);
    const answer = await app.electron.evaluate(
      async ({ BrowserWindow, ipcMain, MessageChannelMain }) => {
        const contents = BrowserWindow.getAllWindows()[0]!.webContents;
        const ask = (senderFrame: unknown) =>
          new Promise<string>((done) => {
            const { port1, port2 } = new MessageChannelMain();
            port2.once('close', () => done('closed'));
            ipcMain.emit('nexus:port', { sender: contents, senderFrame, ports: [port1] });
            port2.start();
          });
        return {
          frames: contents.mainFrame.frames.length,
          sub: await ask(contents.mainFrame.frames[0]),
        };
      },
    );
    expect(answer).toEqual({ frames: 1, sub: 'closed' });
  });

  test('the protocol serves nothing but the window', async ({ app }) => {
    // Bug caught: app:// reads any file of the disk, or answers without the policy.
    const answers = await app.page.evaluate(async () => {
      const status = async (path: string, init?: RequestInit) =>
        (await fetch(path, init).catch(() => ({ status: 0 }))).status;
      const page = await fetch('/index.html');
      return {
        policy: page.headers.get('content-security-policy') ?? '',
        sniff: page.headers.get('x-content-type-options'),
        refused: [
          await status('/..%2f..%2fpackage.json'),
          await status('/%2e%2e/main/index.cjs'),
          await status('/platform-failure.html'),
          await status('/index.html', { method: 'POST', body: 'x' }),
        ],
      };
    });
    expect(answers.policy).toContain("script-src 'self'");
    expect(answers.sniff).toBe('nosniff');
    expect(answers.refused).toEqual([404, 404, 404, 403]);
  });
});

test('a second start brings the first window forward and ends', async ({ app, launch }) => {
  // Bug caught: two platforms fight for one home.
  const events = app.electron.evaluate(
    ({ app: electron }) =>
      new Promise<string>((done) => electron.once('second-instance', () => done('seen'))),
  );
  await expect(launch({ home: app.home })).rejects.toThrow();
  expect(await events).toBe('seen');
});

test('a home that cannot be opened still opens a window that says what to do', async ({
  launch,
}) => {
  // Bug caught: a damaged database ends the app without a word, or shows an empty window for ever.
  const home = freshHome();
  writeFileSync(join(home, 'nexus.db'), 'this is no database, '.repeat(1000));
  const app = await launch({ home });
  await expect(app.page.getByRole('alert')).toContainText('Nexus could not start');
  await expect(app.page.getByRole('alert')).toContainText(home);
  await expect(app.page.getByText(/^database\./)).toBeVisible();
  rmSync(home, { recursive: true, force: true });
});

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../..');

/** How to launch the app. */
export interface LaunchOptions {
  /** A NEXUS_HOME that exists; without it a fresh one is made, and removed at the end. */
  home?: string;
  env?: Record<string, string>;
  /** The folder that it is started in; default the project's. */
  cwd?: string;
  /** Further flags of Electron. */
  flags?: string[];
  /** The colour scheme that the system seems to have. */
  colorScheme?: 'light' | 'dark';
}

/** A running Nexus window. */
export interface RunningApp {
  home: string;
  electron: ElectronApplication;
  page: Page;
  /** Resolves when the main process has ended. */
  gone: Promise<void>;
  /** Ends the main process as a power cut would, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Quits, unsaved edits or not. Harmless when it has ended already. */
  close(): Promise<void>;
}

/** A fresh, empty NEXUS_HOME. The caller removes it. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'nexus-e2e-'));
}

/** Launches the built app in the real Electron and waits for its first window's page. */
export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  if (!process.env['ELECTRON_OVERRIDE_DIST_PATH'])
    throw new Error('Start the end-to-end tests with: npm run e2e');
  const home = options.home ?? freshHome();
  const electron = await _electron.launch({
    args: [...electronFlags(), ...(options.flags ?? []), root],
    cwd: options.cwd ?? root,
    env: { ...cleanEnv(), NEXUS_HOME: home, ...options.env },
    colorScheme: options.colorScheme ?? 'light',
  });
  const page = await electron.firstWindow();
  const main = electron.process();
  const gone = new Promise<void>((done) => main.once('exit', () => done()));
  return {
    home,
    electron,
    page,
    gone,
    async kill9() {
      main.kill('SIGKILL');
      await gone;
    },
    async close() {
      if (main.exitCode === null && main.signalCode === null) {
        // A page with unsaved edits would keep its window, and open terminals the app. It may be
        // gone before it can answer.
        await electron
          .evaluate(({ app, BrowserWindow }) => {
            for (const window of BrowserWindow.getAllWindows()) window.destroy();
            app.quit();
          })
          .catch(() => undefined);
        await gone;
      }
      if (!options.home) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Electron's own flags for this machine. */
export function electronFlags(): string[] {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return [...(root ? ['--no-sandbox'] : []), '--log-level=3'];
}

/** Saves what the page shows as `e2e/screenshots/NAME.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, 'e2e', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

// The environment of the tests, without what would change the app's behaviour.
function cleanEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !name.startsWith('NEXUS_') && !name.startsWith('ELECTRON_'))
      env[name] = value;
  return env;
}

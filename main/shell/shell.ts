import { join } from 'node:path';
import { app, BrowserWindow, session, type MessagePortMain } from 'electron';
import type { ErrorShape } from '#contract/errors.ts';
import { toNexusError } from '#main/base/errors.ts';
import { declareAppScheme, serveApp } from './appProtocol.ts';
import { goOnInBackground } from './background.ts';
import { failurePage, failurePath } from './failurePage.ts';
import { lockDown } from './lockDown.ts';
import { setMenu } from './menu.ts';
import { openExternal } from './openExternal.ts';
import { openPortDoor } from './portDoor.ts';
import { userDataFolder } from './userData.ts';
import { focusWindow, openWindow } from './window.ts';

/** The platform, as far as the window needs it. */
export interface ShellPlatform {
  /** Answers the calls that come through a page's port. */
  bindPort(port: MessagePortMain): void;
  /** How many terminals would end with it. */
  openTerminals(): number;
  /** Stops everything in order; resolves when nothing is left running. */
  stop(): Promise<void>;
}

export interface ShellOptions {
  home: string;
  log: (message: string) => void;
  /** Opens the platform; a rejection becomes the failure page. */
  open: (shell: Shell) => Promise<ShellPlatform>;
}

/** What the platform may ask of the window. */
export interface Shell {
  /** Brings the window to the front and, with a route such as `/runs/run_…`, shows that page. */
  show(route?: string): void;
}

const stopCeilingMs = 5000;

/**
 * Runs the desktop app: one instance per home, one window, the platform behind it. The platform
 * opens while Electron starts; a page that is there first waits on its port.
 */
export async function runShell(options: ShellOptions): Promise<void> {
  declareAppScheme();
  // Sandboxes every renderer, also ones that are not made by us. Electron refuses it to root.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.setPath('userData', userDataFolder(options.home));
  if (!app.requestSingleInstanceLock()) {
    options.log('another Nexus has this home; its window was brought to the front');
    app.exit(0);
    return;
  }
  const windows = new Windows(options.home);
  const opening = options.open(windows);
  opening.catch((error: unknown) => {
    windows.failure = toNexusError(error).toShape();
    options.log(`the platform did not open: ${windows.failure.message}`);
  });
  stopAfterWindows(opening, options.log);
  app.on('second-instance', () => windows.show());
  app.on('window-all-closed', () => void goOnOrQuit(opening, windows));

  await app.whenReady();
  lockDown(session.defaultSession, options.log);
  serveApp(session.defaultSession, join(__dirname, '../renderer'), (path) =>
    path === failurePath && windows.failure
      ? failurePage(windows.failure, options.home, app.getLocale())
      : undefined,
  );
  openPortDoor(
    (contents) => windows.has(contents),
    (port) => {
      opening.then((platform) => platform.bindPort(port)).catch(() => port.close());
    },
  );
  setMenu(openExternal);
  app.on('activate', () => windows.show());
  windows.show();
  await opening.catch(() => windows.showFailure());
}

/** The window, when there is one, and what it should show. */
class Windows implements Shell {
  failure: ErrorShape | undefined;
  readonly #stateFile: string;
  #window: Promise<BrowserWindow> | undefined;

  constructor(home: string) {
    this.#stateFile = join(home, 'window.json');
  }

  has(contents: Electron.WebContents): boolean {
    return BrowserWindow.fromWebContents(contents) !== null;
  }

  show(route = '/'): void {
    if (!app.isReady()) return;
    if (this.#window) {
      void this.#window.then((window) => this.#bring(window, route));
      return;
    }
    const path = this.failure ? failurePath : `/#${route}`;
    this.#window = openWindow(this.#stateFile, path);
    void this.#window.then((window) => window.once('closed', () => (this.#window = undefined)));
  }

  showFailure(): void {
    void this.#window?.then((window) => window.loadURL(`app://nexus${failurePath}`));
  }

  #bring(window: BrowserWindow, route: string): void {
    if (window.isDestroyed()) return;
    if (route !== '/') void window.loadURL(`app://nexus/#${route}`);
    focusWindow(window);
  }
}

// A window that is closed ends no terminal: Nexus goes on without one while any is open.
async function goOnOrQuit(opening: Promise<ShellPlatform>, windows: Windows): Promise<void> {
  const terminals = await opening.then(
    (platform) => platform.openTerminals(),
    () => 0,
  );
  if (terminals > 0) goOnInBackground(terminals, (route) => windows.show(route));
  else if (process.platform !== 'darwin') app.quit();
}

// After the windows, not before: a page with unsaved edits may still keep its window, and the app.
function stopAfterWindows(opening: Promise<ShellPlatform>, log: (message: string) => void): void {
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    const ceiling = new Promise<void>((resolve) => setTimeout(resolve, stopCeilingMs));
    const stopping = opening.then(
      (platform) => platform.stop(),
      () => undefined,
    );
    Promise.race([stopping, ceiling])
      .catch((error: unknown) => log(`stopping failed: ${toNexusError(error).message}`))
      .finally(() => app.quit());
  });
}

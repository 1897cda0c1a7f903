import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, type WebPreferences } from 'electron';
import { appOrigin } from './origin.ts';
import { fitToScreens, readWindowState, writeWindowState } from './windowState.ts';

/** What every window of ours is made with; the tests read it back from the running windows. */
const webPreferences: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // The spell checker would fetch dictionaries from the network.
  spellcheck: false,
};

/**
 * Opens the window at the place where it was last and loads `path` of our origin. The frame appears
 * with the theme's background, and is shown once the page has painted.
 *
 * @param stateFile where the window's place is remembered.
 */
export async function openWindow(stateFile: string, path: string): Promise<BrowserWindow> {
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, ...bounds } = fitToScreens(await readWindowState(stateFile), areas);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 360,
    minHeight: 400,
    show: false,
    title: 'Nexus',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1216' : '#f6f7f9',
    icon: join(__dirname, '../../resources/icons/icon.png'),
    webPreferences: {
      ...webPreferences,
      preload: join(__dirname, '../preload/index.cjs'),
      devTools: !app.isPackaged,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => void writeWindowState(stateFile, stateOf(window)));
  reloadAfterCrash(window);
  void window.loadURL(appOrigin + path);
  return window;
}

/** Brings a window to the front, whatever state it is in. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function stateOf(window: BrowserWindow) {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() };
}

// A page that crashed comes back by itself; one that keeps crashing stays down.
function reloadAfterCrash(window: BrowserWindow): void {
  let crashes = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    crashes += 1;
    if (reason !== 'clean-exit' && crashes <= 3 && !window.isDestroyed()) window.reload();
  });
}

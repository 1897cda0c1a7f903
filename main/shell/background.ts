import { join } from 'node:path';
import { app, Menu, nativeImage, Tray } from 'electron';
import { showNotification } from './notify.ts';

/** The size of an icon in the notification area, in points. */
const ICON = 22;

// Kept here: a collected tray icon disappears. It stays until Nexus ends.
let tray: Tray | undefined;

/**
 * Nexus goes on without a window, since terminals are open: says so, and leaves an icon in the
 * notification area, where the system has one, to come back by or to quit. Starting Nexus again
 * brings the window, too.
 *
 * @param show brings the window, with a route where a page is meant
 */
export function goOnInBackground(terminals: number, show: (route?: string) => void): void {
  const count = terminals === 1 ? 'One terminal is' : `${terminals} terminals are`;
  const content = {
    title: 'Nexus goes on in the background',
    body: `${count} open. Start Nexus again to see ${terminals === 1 ? 'it' : 'them'}.`,
  };
  showNotification(content, () => show('/terminals'));
  tray ??= makeTray(show);
}

// Not every desktop has a place for it; the notification says what to do there.
function makeTray(show: () => void): Tray | undefined {
  try {
    const image = nativeImage.createFromPath(join(__dirname, '../../resources/icons/icon.png'));
    const made = new Tray(image.resize({ width: ICON, height: ICON }));
    made.setToolTip('Nexus');
    made.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Nexus', click: () => show() },
        { label: 'Quit and end its terminals', click: () => app.quit() },
      ]),
    );
    made.on('click', () => show());
    return made;
  } catch {
    return undefined;
  }
}

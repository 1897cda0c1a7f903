import { userInfo } from 'node:os';
import type { Caller, Notification } from '#contract/platform.ts';
import { pathsOf, resolveHome } from '#main/base/paths.ts';
import { openBehind } from './composition/desktop.ts';
import { createPlatform } from './platform.ts';
import { showNotification } from './shell/notify.ts';
import { runShell } from './shell/shell.ts';

/** Whoever sits at the window owns the home; there is no login on one's own desk. */
const owner: Caller = { name: userInfo().username, role: 'admin', face: 'window' };
const home = resolveHome(undefined);
const log = (message: string): void => void process.stderr.write(`nexus: ${message}\n`);

void runShell({
  home,
  log,
  open(shell) {
    const desktop = (note: Notification) =>
      void showNotification(note, () => shell.show(note.link));
    return openBehind({
      socket: pathsOf(home).socket,
      desktop,
      log,
      async open() {
        const platform = await createPlatform({ home, mode: 'desktop', desktop });
        return {
          bindPort: (port) => platform.api.bindPort(port, owner),
          stop: () => platform.close(),
        };
      },
    });
  },
});

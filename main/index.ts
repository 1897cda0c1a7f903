import { userInfo } from 'node:os';
import type { Caller } from '#contract/platform.ts';
import { resolveHome } from '#main/base/paths.ts';
import { createPlatform } from './platform.ts';
import { showNotification } from './shell/notify.ts';
import { runShell } from './shell/shell.ts';

/** Whoever sits at the window owns the home; there is no login on one's own desk. */
const owner: Caller = { name: userInfo().username, role: 'admin', face: 'window' };
const home = resolveHome(undefined);

void runShell({
  home,
  log: (message) => process.stderr.write(`nexus: ${message}\n`),
  async open(shell) {
    const platform = await createPlatform({
      home,
      mode: 'desktop',
      desktop: (note) => void showNotification(note, () => shell.show(note.link)),
    });
    return {
      bindPort: (port) => platform.api.bindPort(port, owner),
      openTerminals: () => platform.openTerminals(),
      stop: () => platform.close(),
    };
  },
});

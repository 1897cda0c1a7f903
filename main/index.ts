import { userInfo } from 'node:os';
import type { Caller } from '#contract/platform.ts';
import { endOnCrash } from '#main/base/crash.ts';
import { takeEnvironmentPassphrase } from '#main/base/environmentPassphrase.ts';
import { resolveHome } from '#main/base/paths.ts';
import { createPlatform } from './platform.ts';
import { systemKeychain } from './shell/keychain.ts';
import { onLockSignal } from './shell/lockSignals.ts';
import { showNotification } from './shell/notify.ts';
import { runShell } from './shell/shell.ts';

/** Whoever sits at the window owns the home; there is no login on one's own desk. */
const owner: Caller = { name: userInfo().username, role: 'admin', face: 'window' };
endOnCrash();
const home = resolveHome(undefined);
const vaultPassphrase = takeEnvironmentPassphrase();

void runShell({
  home,
  log: (message) => process.stderr.write(`nexus: ${message}\n`),
  async open(shell) {
    const platform = await createPlatform({
      home,
      mode: 'desktop',
      vaultPassphrase,
      keychain: systemKeychain,
      desktop: (note) => void showNotification(note, () => shell.show(note.link)),
    });
    onLockSignal((signal) => platform.personLeft(signal));
    return {
      bindPort: (port) => platform.api.bindPort(port, owner),
      openTerminals: () => platform.openTerminals(),
      stop: () => platform.close(),
    };
  },
});

import { userInfo } from 'node:os';
import type { Caller, Notification } from '#contract/platform.ts';
import type { PortLike } from '#main/api/index.ts';
import { endOnCrash } from '#main/base/crash.ts';
import { takeEnvironmentPassphrase } from '#main/base/environmentPassphrase.ts';
import { pathsOf, resolveHome } from '#main/base/paths.ts';
import type { PowerSignal } from '#main/base/wake.ts';
import { openBehind } from './composition/desktop.ts';
import { createPlatform } from './platform.ts';
import { systemKeychain } from './shell/keychain.ts';
import { onPowerSignal } from './shell/powerSignals.ts';
import { showNotification } from './shell/notify.ts';
import { runShell } from './shell/shell.ts';

/** Whoever sits at the window owns the home; there is no login on one's own desk. */
const owner: Caller = { name: userInfo().username, role: 'admin', face: 'window' };
endOnCrash();
const home = resolveHome(undefined);
const vaultPassphrase = takeEnvironmentPassphrase();
const log = (message: string): void => void process.stderr.write(`nexus: ${message}\n`);

/** This window's own platform. @throws NexusError `platform.running` where another has the home */
async function openOwn(desktop: (note: Notification) => void) {
  const platform = await createPlatform({
    home,
    mode: 'desktop',
    vaultPassphrase,
    keychain: systemKeychain,
    desktop,
  });
  return {
    bindPort: (port: PortLike) => platform.api.bindPort(port, owner),
    openTerminals: () => platform.openTerminals(),
    power: (signal: PowerSignal) => {
      if (signal === 'resume') void platform.woke();
      else platform.personLeft(signal);
    },
    stop: () => platform.close(),
  };
}

void runShell({
  home,
  log,
  async open(shell) {
    const desktop = (note: Notification) =>
      void showNotification(note, () => shell.show(note.link));
    const behind = await openBehind({
      socket: pathsOf(home).socket,
      desktop,
      log,
      open: () => openOwn(desktop),
    });
    onPowerSignal((signal) => behind.power(signal));
    return behind;
  },
});

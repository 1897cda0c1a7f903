import { app, powerMonitor } from 'electron';

/** Why a person has left the machine. */
export type LockSignal = 'sleep' | 'screen';

/** Tells when the machine goes to sleep or its screen is locked. */
export function onLockSignal(hear: (signal: LockSignal) => void): void {
  void app.whenReady().then(() => {
    powerMonitor.on('suspend', () => hear('sleep'));
    powerMonitor.on('lock-screen', () => hear('screen'));
  });
}

import { app, powerMonitor } from 'electron';
import type { PowerSignal } from '#main/base/wake.ts';

/** Tells when the machine goes to sleep and wakes, and when its screen is locked. */
export function onPowerSignal(hear: (signal: PowerSignal) => void): void {
  void app.whenReady().then(() => {
    powerMonitor.on('suspend', () => hear('sleep'));
    powerMonitor.on('lock-screen', () => hear('screen'));
    powerMonitor.on('resume', () => hear('resume'));
  });
}

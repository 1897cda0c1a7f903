import { spawn } from 'node:child_process';
import { electronFolder } from '../../build/scripts/runtime.ts';

/**
 * Runs `work` where windows can open: on this machine's display, or on a virtual one (Xvfb) that is
 * ended afterwards. Sets what the end-to-end support needs to find Electron.
 */
export async function onDesktop<T>(work: () => Promise<T>): Promise<T> {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = await electronFolder();
  if (process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return work();
  const display = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const number = await new Promise<string>((resolve, reject) => {
    display.once('error', reject);
    display.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    display.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  process.env['DISPLAY'] = `:${number}`;
  try {
    return await work();
  } finally {
    delete process.env['DISPLAY'];
    display.removeAllListeners('exit');
    display.kill();
  }
}

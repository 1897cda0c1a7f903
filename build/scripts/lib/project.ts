import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where development tools keep what is too large for the repository: never inside it. */
export function devCache(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nexus-dev');
}

/** True when the process may do what root may (and Chromium therefore refuses its sandbox). */
export const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** True when a window can be shown somewhere. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

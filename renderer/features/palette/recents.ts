import { z } from 'zod';
import { keepLocally } from '#renderer/stores/keepLocally.ts';

// Owner of this key: this file. Holds ids of palette entries only, at most KEPT.
const KEY = 'nexus.palette.recent';
const KEPT = 8;

/** Ids of the palette entries used last, newest first. */
export function readRecents(): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Puts `id` first. */
export function rememberRecent(id: string): void {
  const next = [id, ...readRecents().filter((other) => other !== id)].slice(0, KEPT);
  keepLocally(KEY, next);
}

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '#contract/hosts.ts';

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** `~/x` below the home folder. */
export const expandHome = (file: string): string =>
  file === '~' || file.startsWith('~/') ? join(homedir(), file.slice(1)) : file;

/** The key files of a host: those it names, or the usual ones that exist. */
export function keyFiles(host: Pick<Host, 'identity'>): string[] {
  if (host.identity.length > 0) return host.identity.map(expandHome);
  return DEFAULT_KEYS.map((name) => join(homedir(), '.ssh', name)).filter((file) =>
    existsSync(file),
  );
}

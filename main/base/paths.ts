import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { NexusError } from './errors.ts';

/** Where everything of one Nexus lives on disk. */
export interface Paths {
  home: string;
  database: string;
  workflows: string;
  outputs: string;
  logs: string;
  backups: string;
  /** Folder of the vault. */
  vault: string;
  /** The local socket: a file (mode 0600) on Unix, a named pipe on Windows. */
  socket: string;
}

/**
 * NEXUS_HOME from `--home`, the environment, or the operating system's application-data folder.
 *
 * @throws NexusError `usage.invalid` for an empty `--home`: a script's variable that is not set must
 *   not lead to the home that the person works with.
 */
export function resolveHome(
  flag: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (flag === '')
    throw new NexusError({
      code: 'usage.invalid',
      message: '--home is empty.',
      hint: 'Give a folder, or leave --home out to take NEXUS_HOME.',
    });
  const chosen = flag ?? env['NEXUS_HOME'];
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Nexus');
  if (process.platform === 'win32')
    return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Nexus');
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'nexus');
}

/** The paths below one home. Nothing is created here. */
export function pathsOf(home: string): Paths {
  return {
    home,
    database: join(home, 'nexus.db'),
    workflows: join(home, 'workflows'),
    outputs: join(home, 'outputs'),
    logs: join(home, 'logs'),
    backups: join(home, 'backups'),
    vault: join(home, 'vault'),
    socket: socketPath(home),
  };
}

// A Unix socket's path may have at most 107 bytes; a deep home falls back to a short name that is
// still derived from the home alone, so that both ends find it. It has a folder of its own, because
// what lies in /tmp itself anybody could have put there.
function socketPath(home: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\nexus-${hash(home)}`;
  const inHome = join(home, 'nexus.sock');
  return Buffer.byteLength(inHome) <= 100
    ? inHome
    : `/tmp/nexus-${process.getuid?.() ?? 0}-${hash(home)}/nexus.sock`;
}

// FNV-1a, 64 bits: a name, not a secret.
function hash(text: string): string {
  let h = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h.toString(16).padStart(16, '0');
}

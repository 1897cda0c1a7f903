import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, type Stats } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { NexusError } from '#main/base/errors.ts';

/** Whether somebody answers on the socket. A file that a killed process left behind refuses at once. */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Anything but "nobody there" (no permission, a full queue) means that someone is.
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

/**
 * Makes way for a new socket at `path`: the folder exists (0700 where we make it), and a socket that
 * nobody answers on is gone.
 *
 * @throws NexusError `socket.in_use` where somebody answers, `socket.blocked` where something else is in
 *   the way, `socket.untrusted` where the folder is another user's
 */
export async function clearStale(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  refuseForeignFolder(dirname(path));
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (!before) return;
  if (!before.isSocket()) {
    throw new NexusError({
      code: 'socket.blocked',
      message: `${path} is in the way of the local socket: it is no socket.`,
      hint: 'Move it away and start Nexus again.',
      kind: 'operational',
    });
  }
  if (await isAlive(path)) {
    throw new NexusError({
      code: 'socket.in_use',
      message: `Another Nexus is running on this home (${path}).`,
      hint: 'Use it, or stop it first: nexus status',
      kind: 'operational',
    });
  }
  // Only the very file that was found dead: another process may have put its own there meanwhile.
  const now = lstatSync(path, { throwIfNoEntry: false });
  if (now?.ino === before.ino) rmSync(path, { force: true });
}

/** Runs `create` (which makes the socket file before it returns) so that nobody else can ever open it. */
export function createPrivately(path: string, create: () => void): void {
  const old = process.umask(0o177);
  try {
    create();
  } finally {
    process.umask(old);
  }
  if (lstatSync(path, { throwIfNoEntry: false })) chmodSync(path, 0o600);
}

/**
 * Refuses a socket that is not this user's: in a shared folder somebody else could have put it there
 * to hear what is said.
 *
 * @returns false where there is none.
 * @throws NexusError `socket.untrusted`
 */
export function isOurs(path: string): boolean {
  const file = entryAt(path);
  if (!file?.isSocket()) return false;
  const me = process.getuid?.();
  if (me === undefined || file.uid === me || me === 0) return true;
  throw new NexusError({
    code: 'socket.untrusted',
    message: `The local socket ${path} belongs to another user.`,
    hint: 'Run the command as that user, or choose another home with --home.',
    kind: 'operational',
  });
}

// Where a file stands in the place of a folder there is no socket either; opening the home says so.
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

// Whoever owns the folder can put another socket in the place of ours.
function refuseForeignFolder(folder: string): void {
  const me = process.getuid?.();
  const { uid } = statSync(folder);
  if (me === undefined || me === 0 || uid === me || uid === 0) return;
  throw new NexusError({
    code: 'socket.untrusted',
    message: `The folder ${folder} of the local socket belongs to another user.`,
    hint: 'Choose a home that is yours with --home.',
    kind: 'operational',
  });
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { NexusError } from '#main/base/errors.ts';

/** A program that can be started. */
export interface ShellProgram {
  file: string;
  args: string[];
}

/**
 * The shell to start: the one asked for, else the user's own as the system has it on record, else
 * the first of the usual ones that is there. On macOS it is a login shell, since programs that are
 * started from the dock inherit no shell's environment.
 *
 * @throws NexusError `terminal.shell_missing` when the one asked for cannot be started
 */
export async function findShell(
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
  system: NodeJS.Platform = process.platform,
): Promise<ShellProgram> {
  if (asked !== undefined) {
    if (isAbsolute(asked) && (await canRun(asked))) return { file: asked, args: [] };
    throw new NexusError({
      code: 'terminal.shell_missing',
      message: `${asked} is no program that can be started here.`,
      hint: 'Give the absolute path of a shell that is installed, or leave it out.',
    });
  }
  if (system === 'win32') return { file: await windowsShell(env), args: [] };
  const args = system === 'darwin' ? ['-l'] : [];
  for (const file of [recordedShell(), env['SHELL'], '/bin/zsh', '/bin/bash'])
    if (file && isAbsolute(file) && (await isLoginShell(file))) return { file, args };
  return { file: '/bin/sh', args };
}

/**
 * The folder to start in: the one asked for, else the home, else the root.
 * @throws NexusError `terminal.folder_missing`
 */
export async function findFolder(asked: string | undefined): Promise<string> {
  if (asked !== undefined) {
    if (isAbsolute(asked) && (await isFolder(asked))) return asked;
    throw new NexusError({
      code: 'terminal.folder_missing',
      message: `There is no folder ${asked}.`,
      hint: 'Give the absolute path of a folder that exists, or leave it out.',
    });
  }
  return (await isFolder(homedir())) ? homedir() : '/';
}

// Entries such as /usr/sbin/nologin are how an account says that it has no shell.
async function isLoginShell(file: string): Promise<boolean> {
  return !/(^|\/)(nologin|false)$/.test(file) && canRun(file);
}

function recordedShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined; // A user id without an entry, as containers have it.
  }
}

async function windowsShell(env: NodeJS.ProcessEnv): Promise<string> {
  const root = env['SYSTEMROOT'] ?? 'C:\\Windows';
  const candidates = [
    `${env['PROGRAMFILES'] ?? 'C:\\Program Files'}\\PowerShell\\7\\pwsh.exe`,
    `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
  ];
  for (const file of candidates) if (await canRun(file)) return file;
  return env['COMSPEC'] ?? `${root}\\System32\\cmd.exe`;
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';

/** How a script is started: program and arguments, the script's path comes last. */
export interface Interpreter {
  command: string;
  args: string[];
  /** Whether it reads the language of sh, in which expressions can be bound as variables. */
  shell: boolean;
  extension: string;
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh']);
const EXTENSIONS: Record<string, string> = {
  pwsh: '.ps1',
  powershell: '.ps1',
  node: '.mjs',
  deno: '.ts',
  bun: '.ts',
};

/** Stops at the first command that fails, and reads nobody's start-up files. */
const BASH_ARGS = ['--noprofile', '--norc', '-e'];

/**
 * Reads `interpreter: …`: a program with arguments (`python3 -u`), or nothing for bash where it is
 * installed and sh elsewhere. bash and sh given without arguments stop at the first failing command.
 */
export function interpreterOf(text: string | undefined): Interpreter {
  const words = (text ?? defaultShell()).trim().split(/\s+/);
  const command = words[0]!;
  const given = words.slice(1);
  const program = basename(command).replace(/\.exe$/i, '');
  const shell = SHELLS.has(program) || (program === 'busybox' && SHELLS.has(given[0] ?? ''));
  let args = given;
  if (given.length === 0 && program === 'bash') args = BASH_ARGS;
  else if (given.length === 0 && shell) args = ['-e'];
  else if (given.length === 0 && /^(pwsh|powershell)$/.test(program))
    args = ['-NoProfile', '-NonInteractive', '-File'];
  return { command, args, shell, extension: EXTENSIONS[program] ?? (shell ? '.sh' : '') };
}

let bash: string | undefined;

function defaultShell(): string {
  bash ??= ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find(canRun);
  if (bash !== undefined) return bash;
  return process.platform === 'win32' ? 'bash' : '/bin/sh';
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { basename } from 'node:path';
import { NexusError } from '#main/base/errors.ts';
import type { Unresolved } from '#main/workflows/kinds/kind.ts';
import { expressionInScript } from '#main/workflows/kinds/script.ts';
import { bindShell } from '#main/workflows/shell/index.ts';
import { exports, fromInput, quote, readAndRun } from '../remote-shell.ts';

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh']);
/** Values of all expressions of one script. */
const INLINE_LIMIT = 256 * 1024;

/** Whether an interpreter reads the language of sh, in which expressions can be bound as variables. */
export function isShell(interpreter: string | undefined): boolean {
  return (
    interpreter === undefined || SHELLS.has(basename(interpreter.trim().split(/\s+/)[0] ?? ''))
  );
}

/** A script for a host: what to run there and what its input begins with. */
export interface RemoteProgram {
  command: string;
  input: Buffer;
}

/**
 * Makes what runs a step's script on a host. Script, variables and values all travel on standard
 * input: on neither side do they stand on a command line. Without an interpreter it is bash where
 * the host has it, else sh, stopping at the first failing command.
 *
 * @throws NexusError `shell.*`, `ssh.value_too_large`, `ssh.interpreter_invalid`
 */
export function remoteProgram(
  run: string | Unresolved,
  env: Record<string, string>,
  interpreter: string | undefined,
): RemoteProgram {
  const { script, values } = bound(run, interpreter);
  const inner = isShell(interpreter)
    ? `${exports(env)}${values}set -e\n${script}\n`
    : otherLanguage(script, env, interpreter!);
  const { command, bytes } = readAndRun(inner);
  const outer = fromInput(`${starter(interpreter, command)}\n`);
  return { command: outer.command, input: Buffer.concat([outer.preamble!, bytes]) };
}

function bound(run: string | Unresolved, interpreter: string | undefined) {
  if (typeof run === 'string') return { script: run, values: '' };
  if (run.values.length === 0) return { script: run.literals.join(''), values: '' };
  if (!isShell(interpreter)) throw expressionInScript();
  const { script, env, files } = bindShell(run, { inlineLimit: INLINE_LIMIT });
  if (files.length > 0)
    throw new NexusError({
      code: 'ssh.value_too_large',
      message: 'A value in the script is too large to be sent along.',
      hint: 'Write it to a file and upload that: uses: ssh.upload',
      details: { retryable: false },
    });
  const values = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}\n`);
  return { script, values: values.join('') };
}

// bash and sh read nobody's start-up files here.
function starter(interpreter: string | undefined, read: string): string {
  if (interpreter === undefined)
    return `if command -v bash >/dev/null 2>&1; then exec bash --noprofile --norc -c ${quote(read)}; else ${read}; fi`;
  const words = interpreterWords(interpreter);
  return isShell(interpreter) ? `exec ${words} -c ${quote(read)}` : read;
}

function otherLanguage(script: string, env: Record<string, string>, interpreter: string): string {
  let end = 'NEXUS_SCRIPT';
  while (script.includes(end)) end += '_';
  return `${exports(env)}exec ${interpreterWords(interpreter)} /dev/fd/3 3<<'${end}'\n${script}\n${end}\n`;
}

function interpreterWords(interpreter: string): string {
  const words = interpreter.trim().split(/\s+/);
  if (words.every((word) => /^[\w./+=:@-]+$/.test(word))) return words.join(' ');
  throw new NexusError({
    code: 'ssh.interpreter_invalid',
    message: `“${interpreter}” is no interpreter.`,
    hint: 'Name a program, with plain arguments: python3 -u',
    details: { retryable: false },
  });
}

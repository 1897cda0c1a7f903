import { createHash } from 'node:crypto';
import { NexusError } from '#main/base/errors.ts';

/** A text as one word of a POSIX shell, byte for byte. @throws NexusError `shell.nul` */
export function quote(text: string): string {
  if (text.includes('\0'))
    throw new NexusError({
      code: 'shell.nul',
      message: 'A value holds a NUL byte, which no command can be given.',
      hint: 'Send it on standard input, or encode it.',
      details: { retryable: false },
    });
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What to run on the host, and what its standard input must begin with. */
export interface Wrapped {
  command: string;
  preamble?: Buffer;
}

/**
 * What has a shell read `program` from its standard input and run it with what is left of the input,
 * and the bytes to send. Of a program that comes by half, because the connection was lost meanwhile,
 * nothing runs: its last line would be another one (`rm -r /srv/old` and `rm -r /srv`).
 *
 * `dd bs=1` reads not one byte too many. The mark at the end is of the program's own hash.
 */
export function readAndRun(program: string): { command: string; bytes: Buffer } {
  const mark = `#${createHash('sha256').update(program).digest('hex').slice(0, 16)}`;
  const bytes = Buffer.from(`${program}${mark}`);
  const read = `_nexus=$(dd bs=1 count=${bytes.length} 2>/dev/null)`;
  const run = `case $_nexus in *${mark}) eval "\${_nexus%${mark}}";; *) exit 75;; esac`;
  return { command: `${read}; ${run}`, bytes };
}

/**
 * A command that first reads its program from standard input and then runs it with what is left of
 * the input. Neither text is ever part of a command line, where other users of the host could see it.
 *
 * The command must read the same in every login shell (sh, fish, csh): one word in single quotes
 * that holds no quote, backslash or exclamation mark.
 */
export function fromInput(program: string, shell = '/bin/sh'): Wrapped {
  const { command, bytes } = readAndRun(program);
  return { command: `exec ${shell} -c '${command}'`, preamble: bytes };
}

/** `export` lines for a program. @throws NexusError `ssh.env_invalid`, `shell.nul` */
export function exports(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        throw new NexusError({
          code: 'ssh.env_invalid',
          message: `“${name}” is no name for a variable.`,
          hint: 'Use letters, digits and underscores.',
          details: { retryable: false },
        });
      return `export ${name}=${quote(value)}\n`;
    })
    .join('');
}

/** `command` with variables set, which sshd itself would refuse to take (AcceptEnv). @param first lines that run before */
export function withEnvironment(command: string, env: Record<string, string>, first = ''): Wrapped {
  if (Object.keys(env).length === 0 && first === '') return { command };
  // The user's own shell reads the command, as it would have without variables.
  return fromInput(`${first}${exports(env)}exec "\${SHELL:-/bin/sh}" -c ${quote(command)}\n`);
}

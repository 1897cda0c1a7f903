import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { fromInput } from '../remote-shell.ts';
import { runOn } from '../run.ts';

/** Runs a small program of ours on the host's `/bin/sh` and gives what it prints. @throws NexusError `ssh.NAME` with its last words */
export async function script(
  connection: Sessions,
  program: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const wrapped = fromInput(`${program}\n`);
  const result = await runOn(connection, 'the host', wrapped.command, {
    ...(wrapped.preamble ? { stdin: wrapped.preamble } : {}),
    ...(signal ? { signal } : {}),
    maxBytes: 64 * 1024 * 1024,
  });
  if (result.exitCode === 0) return result.stdout.toString();
  const words = result.stderr.toString().trim().split('\n').at(-1);
  throw sshError(
    name,
    words || `The host's shell ended with ${result.exitCode ?? result.signal}.`,
    'See the paths, the permissions and the free space on the host.',
  );
}

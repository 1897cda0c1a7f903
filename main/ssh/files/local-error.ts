import { NexusError } from '#main/base/errors.ts';
import { sshError } from '../connection/errors.ts';

/**
 * What broke on this machine's side of a transfer (a full disk, a folder that may not be written), as
 * one of our errors. Everything else is given back as it is.
 */
export function localError(direction: 'upload' | 'download', thrown: unknown): unknown {
  if (thrown instanceof NexusError || !(thrown instanceof Error)) return thrown;
  const { code, path, message } = thrown as NodeJS.ErrnoException;
  // The names of errno; Node's own codes begin with ERR_.
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return thrown;
  const words = message.replace(/^E[A-Z0-9]+: /, '').replace(/, \w+( '.*')?$/s, '');
  return sshError(
    `${direction}_failed`,
    `${path ? `${path} on this machine` : 'This machine'}: ${words}.`,
    'See the free space and the permissions on this machine. The next try goes on where this one stopped.',
    { cause: thrown, details: path ? { file: path } : {} },
  );
}

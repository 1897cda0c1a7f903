import type { NexusError } from '#main/base/errors.ts';
import { sshError } from '../connection/errors.ts';

/** A transfer, or one folder, has at most so many files. */
export const MOST_FILES = 200_000;

/** The error for more than `most` files. */
export function tooMany(most = MOST_FILES): NexusError {
  return sshError(
    'too_many_files',
    `There are more than ${most} files.`,
    'Pack them into one archive, or take a smaller folder.',
  );
}

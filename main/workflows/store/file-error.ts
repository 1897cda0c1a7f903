import { NexusError } from '#main/base/errors.ts';

/** The {@link NexusError} for what the file system said about `file`; other errors pass through. */
export function fileError(error: unknown, file: string): unknown {
  if (error instanceof NexusError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const make = (name: string, text: string, hint: string) =>
    new NexusError({
      code: `file.${name}`,
      message: text,
      hint,
      kind: 'operational',
      cause: error,
    });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return make(
      'full',
      `The disk that holds ${file} is full.`,
      'Free some space and try again. The file is as it was.',
    );
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return make(
      'read_only',
      `Nexus may not write ${file}.`,
      'Make the folder writable for this user, or choose another with --home or NEXUS_HOME.',
    );
  }
  return make(
    'unavailable',
    `The file ${file} cannot be used: ${message}`,
    'Check the folder and try again.',
  );
}

import { NexusError } from '#main/base/errors.ts';
import type { RunRecord } from './records.ts';

/** The error of a run of which a file with outputs is gone or damaged. */
export function unreadable(record: RunRecord, cause: Error): NexusError {
  return new NexusError({
    code: 'run.unreadable',
    message: `What run ${record.id} had done can no longer be read: ${cause.message}`,
    hint: 'A file below the folder of outputs is gone or damaged. Start the workflow again.',
    kind: 'operational',
    cause,
  });
}

import { NexusError } from '#main/base/errors.ts';

/** The code of the reason with which steps are stopped when the process is being closed. */
export const STOPPING = 'engine.stopping';

/** What everybody is told who wants something of an engine that is being closed. */
export function stoppingError(): NexusError {
  return new NexusError({
    code: STOPPING,
    message: 'Nexus is stopping.',
    hint: 'Start it again; what was running goes on then.',
    kind: 'operational',
    details: { retryable: false },
  });
}

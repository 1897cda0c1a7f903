import { NexusError } from '#main/base/errors.ts';
import { sshError } from './errors.ts';

/** What ended a connection, as one of our errors. */
export function toLost(host: string, cause: Error): NexusError {
  return cause instanceof NexusError
    ? cause
    : new NexusError({
        code: 'ssh.connection_lost',
        message: `The connection to ${host} was lost: ${cause.message}`,
        kind: 'operational',
        cause,
      });
}

/** The error for what was begun, or waits for a connection, under a description that is no more: people may have approved that one. */
export function hostChanged(host: string): NexusError {
  return sshError(
    'host_changed',
    `${host} was changed or removed in the meantime, and nothing more is done by the old way to it.`,
    'See how it is now (nexus host list), then try again.',
    { details: { host } },
  );
}

/** Whether it may go otherwise where a person can answer. */
export function isForPeople(error: unknown): boolean {
  return error instanceof NexusError && /^ssh\.(host_key_unknown|auth_\w+)$/.test(error.code);
}

/** Whether a person decided it or must set it right: it says nothing of whether the host answers. */
export function isPersonal(error: NexusError): boolean {
  return /^(question|vault|secret|host)\.|^ssh\.host_key_/.test(error.code);
}

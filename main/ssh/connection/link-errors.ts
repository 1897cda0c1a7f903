import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';
import { sshError } from './errors.ts';
import type { AcquireOptions } from './link.ts';

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

/** The error for a host that the one before it could not connect to; what went wrong with that one itself stays what it is. */
export function notBehind(host: Host, via: Host, error: unknown): unknown {
  const own = error instanceof NexusError && error.code.startsWith('ssh.channel_');
  if (!own) return error;
  const { message } = error.cause instanceof Error ? error.cause : error;
  return sshError(
    'unreachable',
    `${host.name} (${host.address}:${host.port}) cannot be reached from ${via.name}: ${message}`,
    'Check the address, the port, whether the SSH server runs, and whether the jump host permits it (AllowTcpForwarding).',
    { cause: error, details: { host: host.name, via: via.name } },
  );
}

type Asking = Pick<AcquireOptions, 'interactive' | 'asker'>;

// A run waits for a locked vault in its own way.
const unlocks = ({ interactive, asker }: Asking) => interactive && asker?.run === undefined;

/**
 * Whether what failed for one may go otherwise for another: a try at which nobody may be asked says
 * nothing of what a person would have answered.
 */
export function mayEndOtherwise(error: unknown, first: Asking, other: Asking): boolean {
  if (!(error instanceof NexusError)) return false;
  if (error.code === 'vault.locked') return unlocks(other) && !unlocks(first);
  const forPeople = /^ssh\.(host_key_unknown|auth_\w+)$/.test(error.code);
  return forPeople && other.interactive && !first.interactive;
}

/** Whether a person decided it or must set it right: it says nothing of whether the host answers. */
export function isPersonal(error: NexusError): boolean {
  return /^(question|vault|secret|host)\.|^ssh\.(host_key_|auth_too_late$)/.test(error.code);
}

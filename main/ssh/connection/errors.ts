import { NexusError } from '#main/base/errors.ts';

/** An error about the way to a host. */
export function sshError(
  name: string,
  message: string,
  hint: string,
  more: { cause?: unknown; details?: Record<string, unknown> } = {},
): NexusError {
  return new NexusError({ code: `ssh.${name}`, message, hint, kind: 'operational', ...more });
}

/** The connection broke while it was in use. */
export function connectionLost(host: string, cause?: unknown): NexusError {
  const why = cause instanceof Error && cause.message ? `: ${cause.message}` : '.';
  return sshError(
    'connection_lost',
    `The connection to ${host} was lost${why}`,
    'The command may or may not have finished. See whether the host is up, then try again.',
    { cause, details: { host } },
  );
}

const SOCKET_WORDS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer came',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the other side hung up',
  EPIPE: 'the other side hung up',
};

/** The {@link NexusError} for what broke while a connection was made. */
export function connectError(host: string, where: string, error: unknown): NexusError {
  if (error instanceof NexusError) return error;
  const { code, message, level } = error as Error & { code?: string; level?: string };
  const details = { host, address: where };
  if (typeof code === 'string' && SOCKET_WORDS[code])
    return sshError(
      'unreachable',
      `${host} (${where}) cannot be reached: ${SOCKET_WORDS[code]}.`,
      'Check the address, the port, the network and whether the SSH server runs.',
      { cause: error, details },
    );
  if (/no matching/i.test(message))
    return sshError(
      'no_common_algorithm',
      `${host} (${where}) and the built-in client have no algorithm in common: ${message}`,
      'Let the system’s ssh do it: nexus host set NAME --client openssh',
      { cause: error, details },
    );
  if (level === 'client-authentication')
    return sshError(
      'auth_failed',
      `${host} (${where}) refused every way to log in.`,
      'Check the user, the keys (ssh-add -l) and the password.',
      { cause: error, details: { ...details, retryable: false } },
    );
  return sshError(
    'handshake_failed',
    `The SSH handshake with ${host} (${where}) failed: ${message || String(error)}`,
    'See whether an SSH server answers there, and its log.',
    { cause: error, details },
  );
}

import { NexusError } from '#main/base/errors.ts';

/** Why the gateway cannot listen, in words. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): NexusError {
  const inUse = error.code === 'EADDRINUSE';
  return new NexusError({
    code: inUse ? 'gateway.in_use' : 'gateway.failed',
    message: inUse
      ? `Port ${port} on ${host} is taken by another program.`
      : `Nexus cannot listen on ${host}:${port}: ${error.message}`,
    hint: inUse
      ? 'Choose another with --port, or 0 for a free one.'
      : 'Choose an address of this machine with --host and a port above 1023 with --port.',
    kind: 'operational',
    cause: error,
  });
}

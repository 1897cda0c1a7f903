import type { Duplex } from 'node:stream';
import type { Host } from '#contract/hosts.ts';
import type { Connection } from './connection.ts';
import { connectionLost } from './errors.ts';
import type { Lease } from './link.ts';
import { notBehind } from './link-errors.ts';

/**
 * Connects to a host over a channel of the connection to the one before it, which is held for as
 * long, and with which this one ends: a channel within a channel does not always hear of the end.
 *
 * @param connect makes the connection over the stream; the signal tells that the one before it is lost
 * @throws NexusError `ssh.unreachable`, and what `connect` throws
 */
export async function connectBehind(
  host: Host,
  via: Host,
  lease: Lease,
  connect: (stream: Duplex, lost: AbortSignal) => Promise<Connection>,
): Promise<Connection> {
  const lost = new AbortController();
  const deaf = lease.connection.onClose((error) => lost.abort(connectionLost(via.name, error)));
  try {
    const stream = await lease.connection
      .dial(host.address, host.port)
      .catch((error: unknown) => Promise.reject(notBehind(host, via, error)));
    const connection = await connect(stream, lost.signal);
    const fail = () => connection.fail(lost.signal.reason as Error);
    lost.signal.addEventListener('abort', fail, { once: true });
    if (lost.signal.aborted) fail();
    connection.onClose(() => {
      deaf();
      lease.release();
    });
    return connection;
  } catch (error) {
    deaf();
    lease.release();
    throw error;
  }
}

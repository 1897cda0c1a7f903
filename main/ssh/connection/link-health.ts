import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Connection } from './connection.ts';

/** What a link knows of itself. */
interface LinkState {
  host: Host;
  connecting: boolean;
  members: readonly { connection: Connection; commands: number; long: number }[];
  /** Epoch milliseconds. */
  since: number;
  latency: number | undefined;
  error: NexusError | undefined;
  /** Epoch milliseconds; undefined where a try may be made now. */
  retryAt: number | undefined;
}

/** How a host's connections are, for people. */
export function healthOf(link: LinkState): ConnectionHealth {
  const { host, connecting, since, latency, error, retryAt } = link;
  const live = link.members.filter((member) => member.connection.alive);
  const rest = live.length > 0 ? 'connected' : error ? 'failing' : 'idle';
  return {
    host: host.name,
    state: connecting ? 'connecting' : rest,
    since: new Date(since).toISOString(),
    channels: live.reduce((sum, one) => sum + one.commands + one.long, 0),
    ...(live[0] ? { client: live[0].connection.client } : {}),
    ...(latency === undefined ? {} : { latency_ms: latency }),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
    ...(retryAt === undefined ? {} : { retry_at: new Date(retryAt).toISOString() }),
  };
}

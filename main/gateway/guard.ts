import type { IncomingMessage } from 'node:http';
import { NexusError } from '#main/base/errors.ts';
import { isForeignFetch } from './fetchMetadata.ts';
import type { HostPolicy } from './hosts.ts';
import { parseTarget, type Target } from './target.ts';

/**
 * What every request must pass before anything else looks at it, upgrades and webhooks included.
 * @throws NexusError `http.target`, `http.host_refused`, `http.origin_refused`
 */
export function checkRequest(request: IncomingMessage, hosts: HostPolicy): Target {
  const { host, origin } = request.headers;
  // Node keeps the first of several Host headers; a proxy before us may have gone by the last.
  if (!hosts.allowsHost(host, request.socket.localAddress) || hostCount(request.rawHeaders) !== 1) {
    throw new NexusError({
      code: 'http.host_refused',
      message: `Nexus is not reached as “${String(host).slice(0, 100)}”.`,
      hint: 'Use localhost, or add the name to the hosts that Nexus may be called.',
    });
  }
  if (!hosts.allowsOrigin(origin, host!) || isForeignFetch(request)) {
    throw new NexusError({
      code: 'http.origin_refused',
      message: 'A page of another site may not talk to Nexus.',
      hint: 'Open the dashboard itself, or call without a browser.',
    });
  }
  const target = parseTarget(request.url);
  if (target) return target;
  throw new NexusError({
    code: 'http.target',
    message: 'The address of the request is ambiguous, so it is refused.',
    hint: 'Write the path plainly: no empty or dot segments, no encoded slashes.',
  });
}

/**
 * A cookie alone does not prove that its owner meant it: a request that changes something must say
 * which page it comes from.
 */
export function needsOrigin(request: IncomingMessage): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' && !request.headers.origin;
}

function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

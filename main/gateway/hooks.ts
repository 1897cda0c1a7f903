import type { IncomingMessage, ServerResponse } from 'node:http';
import { toProblem } from '#main/api/index.ts';
import { toNexusError } from '#main/base/errors.ts';
import { queryOf, type Webhooks } from '#main/triggers/index.ts';
import { rateLimited, sendProblem } from './answer.ts';
import { readBody } from './body.ts';
import { isLoopback } from './hosts.ts';
import type { RateLimit } from './rateLimit.ts';
import type { Target } from './target.ts';

/** The part of the webhooks' service that the gateway calls. */
export type HookDoor = Pick<Webhooks, 'maxBody' | 'handle'>;

const NO_QUERY: Record<string, string | string[]> = Object.freeze({});
/**
 * What a workflow answers with is shown in an origin of its own: a page that it makes cannot act with
 * the dashboard's session, and cannot set cookies for it. An empty list sends no header.
 */
const HOOK_HEADERS = Object.freeze({
  'x-content-type-options': 'nosniff',
  'content-security-policy': 'sandbox allow-scripts allow-forms allow-popups',
  'set-cookie': [],
  'service-worker-allowed': [],
  'clear-site-data': [],
});
/** Read of a body for which there is no hook, so that the answer can be sent. */
const NO_HOOK_BODY = 64 * 1024;

/**
 * The shortest way from a request to its webhook: this is the hot path of the gateway. Only refused
 * deliveries count against a sender, and none from this machine (where a proxy may stand for all).
 */
export async function serveHook(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  door: HookDoor,
  refusals: RateLimit,
): Promise<void> {
  const remote = request.socket.remoteAddress ?? '';
  const limited = !isLoopback(remote.replace('::ffff:', ''));
  const wait = limited ? refusals.wait(remote) : 0;
  if (wait > 0) return sendProblem(response, rateLimited(wait), { 'retry-after': String(wait) });
  const path = target.path.slice('/hooks/'.length);
  try {
    const rawBody = await readBody(request, door.maxBody(path) ?? NO_HOOK_BODY);
    const gone = leaving(response);
    const answer = await door.handle(
      {
        method: request.method ?? 'POST',
        path,
        headers: request.headers,
        query: target.search === '' ? NO_QUERY : queryOf(target.search),
        rawBody,
        remote,
      },
      gone,
    );
    if (answer.status >= 400 && answer.status < 500 && limited) refusals.take(remote);
    if (response.destroyed) return;
    response.writeHead(answer.status, {
      ...answer.headers,
      ...HOOK_HEADERS,
      'content-length': Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
  } catch (thrown) {
    const error = toNexusError(thrown);
    if (limited && toProblem(error).status < 500) refusals.take(remote);
    throw thrown;
  }
}

// A sender that leaves ends the waiting for an answer, and nothing else: what was accepted runs on.
function leaving(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { toProblem } from '#main/api/index.ts';
import { SAFE_HEADERS } from './answer.ts';
import { fromWire } from './fromWire.ts';

/** A comment so often keeps proxies from closing a silent stream. */
const HEARTBEAT_MS = 15_000;

/**
 * Sends a stream as server-sent events (HTML Standard, section 9.2): `message` for each frame, `error`
 * with problem details, `done` at the end. TCP pushes back: nothing is pulled while the reader is slow.
 */
export async function sendEvents(
  response: ServerResponse,
  frames: AsyncIterator<unknown>,
): Promise<void> {
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
  });
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const write = async (event: string, data: unknown) => {
    if (response.destroyed) return;
    if (response.write(`event: ${event}\ndata: ${JSON.stringify(data ?? null)}\n\n`)) return;
    await Promise.race([once(response, 'drain'), closed]);
  };
  try {
    while (!response.destroyed) {
      const next = await frames.next();
      if (next.done) {
        await write('done', next.value);
        break;
      }
      await write('message', next.value);
    }
  } catch (thrown) {
    // oRPC wraps what the stream threw in an event that carries it as data.
    const inner = (thrown as { data?: unknown }).data;
    await write('error', toProblem(fromWire(inner ?? thrown)));
  } finally {
    clearInterval(heartbeat);
    await frames.return?.();
    response.end();
  }
}

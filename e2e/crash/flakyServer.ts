import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server whose every address fails at the first visit, with when each was visited. */
export interface FlakyServer {
  address: string;
  /** Times (epoch ms) of visits by `RUN STEP`. */
  visits: Map<string, number[]>;
  close(): void;
}

/** Starts it on a free port of the loopback interface. */
export function startFlakyServer(): Promise<FlakyServer> {
  const visits = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const query = new URL(request.url!, 'http://localhost').searchParams;
    const key = `${query.get('run')} ${query.get('step')}`;
    const times = visits.get(key) ?? [];
    visits.set(key, [...times, Date.now()]);
    response.writeHead(times.length === 0 ? 503 : 200, { 'content-type': 'application/json' });
    response.end('{"ok":true}');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        visits,
        close() {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}

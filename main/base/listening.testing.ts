import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * For tests: lets a server listen on a free port of this machine alone; resolves with the port. With
 * the test end the server and what is connected to it by HTTP.
 */
export async function listening(server: Server): Promise<number> {
  onTestFinished(() => {
    if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

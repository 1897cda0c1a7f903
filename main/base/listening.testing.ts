import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** For tests: lets a server listen on a free port of this machine alone; resolves with the port. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The same for the time of a test: with it end the server and what is connected to it by HTTP. */
export async function listeningInTest(server: Server): Promise<number> {
  onTestFinished(() => {
    if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
    server.close();
  });
  return listening(server);
}

import { generateKeyPairSync } from 'node:crypto';
import ssh2, { type Connection } from 'ssh2';

/** A server that a test makes of the library, on a free port of this machine. */
export interface TestServer {
  port: number;
  close(): void;
}

/** Starts a server with a key of its own that does `each` with every client. */
export function startServer(each: (client: Connection) => void): Promise<TestServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    client.on('error', () => undefined);
    each(client);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      resolve({ port, close: () => void server.close() });
    });
  });
}

import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A port of this machine behind which a stream is: for a program that can only be told where to
 * connect. It takes one connection and is closed then.
 */
export async function entranceTo(stream: Duplex): Promise<{ port: number; close(): void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    server.close();
    const end = () => {
      socket.destroy();
      stream.destroy();
    };
    socket.setNoDelay(true);
    socket.on('error', end).once('close', end);
    stream.on('error', end).once('close', end);
    socket.pipe(stream);
    stream.pipe(socket);
  });
  server.maxConnections = 1;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    port,
    close() {
      server.close();
      stream.destroy();
    },
  };
}

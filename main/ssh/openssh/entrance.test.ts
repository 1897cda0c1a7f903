import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { entranceTo } from './entrance.ts';

/** A stream that leads to a server which does `each`. */
async function streamTo(each: (socket: Socket) => void): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true }, each);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(stream, 'connect');
  server.close();
  return stream;
}

async function reach(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.once('connect', () => (socket.destroy(), resolve('connected')));
  });
}

describe('a port of this machine that leads somewhere', () => {
  it('carries both ways what is said, and ends with either side', async () => {
    const stream = await streamTo((socket) => socket.pipe(socket));
    const { port } = await entranceTo(stream);
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
    await once(stream, 'close');
  });

  it('takes one connection, and no second: nobody else of this machine gets in behind', async () => {
    const stream = await streamTo((socket) => socket.resume());
    const { port, close } = await entranceTo(stream);
    const first = connect(port, '127.0.0.1');
    await once(first, 'connect');
    await expect.poll(() => reach(port)).toBe('ECONNREFUSED');
    close();
    await once(first, 'close');
  });

  it('is closed where nobody came, and its stream with it', async () => {
    const stream = await streamTo((socket) => socket.resume());
    const { port, close } = await entranceTo(stream);
    close();
    expect(await reach(port)).toBe('ECONNREFUSED');
    await expect.poll(() => stream.destroyed).toBe(true);
  });

  it('ends who is inside when the way behind it is lost', async () => {
    const stream = new Duplex({ read: () => undefined, write: (_c, _e, done) => done() });
    const { port } = await entranceTo(stream);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('x');
    const closed = new Promise((resolve) =>
      socket.on('error', () => undefined).once('close', resolve),
    );
    socket.resume();
    await expect.poll(() => stream.writableLength === 0).toBe(true);
    // The first words have passed: it is joined by now.
    await expect.poll(() => stream.listenerCount('error')).toBeGreaterThan(0);
    stream.destroy(new Error('lost'));
    await closed;
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { join } from './join.ts';

/** Two ends of one connection; either half may be closed alone. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  for (const socket of [near, far]) socket.on('error', () => undefined);
  return [near, far];
}

/** Two people with two connections between them, joined in the middle. */
async function joined() {
  const [left, a] = await pair();
  const [right, b] = await pair();
  return { left, right, a, b, over: join(a, b) };
}

async function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('two connections that are joined', () => {
  it('hand on all that each side says, also after the other has said all', async () => {
    // Bug caught: `curl` closes its half after the request, and never gets its answer.
    await fc.assert(
      fc.asyncProperty(
        fc.nat(200_000),
        fc.nat(200_000),
        fc.boolean(),
        async (there, back, first) => {
          const { left, right, a, b, over } = await joined();
          const [request, answer] = [randomBytes(there), randomBytes(back)];
          const reading = all(left);
          left.end(request);
          if (first) right.write(answer.subarray(0, back >> 1));
          expect((await all(right)).equals(request)).toBe(true);
          right.end(answer.subarray(first ? back >> 1 : 0));
          expect((await reading).equals(answer)).toBe(true);
          await over;
          expect([a.destroyed, b.destroyed]).toEqual([true, true]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each(['left', 'right'] as const)(
    'end both where the %s one is cut off: it must not look like the end',
    async (side) => {
      // Bug caught: a download that was cut off in the middle passes for a whole file.
      const { left, right, over } = await joined();
      const [cut, other] = side === 'left' ? [left, right] : [right, left];
      const seen: string[] = [];
      other.on('data', () => seen.push('data')).on('end', () => seen.push('end'));
      other.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code ?? ''));
      const closed = new Promise((resolve) => other.once('close', resolve));
      cut.write('half');
      await expect.poll(() => seen).toEqual(['data']);
      cut.resetAndDestroy();
      await closed;
      await over;
      expect(seen).toEqual(['data', 'ECONNRESET']);
    },
  );

  it('are over at once where one of them had ended before', async () => {
    const [left, a] = await pair();
    const [right, b] = await pair();
    a.destroy();
    await join(a, b);
    expect(b.destroyed).toBe(true);
    left.destroy();
    right.destroy();
  });

  it('hold the sender back where the other side does not read', async () => {
    const { left, right, over } = await joined();
    right.pause();
    const chunk = Buffer.alloc(256 * 1024);
    let sent = 0;
    const fill = () => {
      while (left.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    left.on('drain', fill);
    fill();
    let before = -1;
    await expect.poll(() => before === (before = sent), { interval: 100 }).toBe(true);
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    left.destroy();
    right.destroy();
    await over;
  });
});

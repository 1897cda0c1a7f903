import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Hands on what either side says to the other. What is half closed stays half closed; what was sent
 * before an end arrives; an end with an error ends both. Resolves when both are closed.
 */
export function join(a: Duplex, b: Duplex): Promise<void> {
  const gone = Promise.all([follow(a, b), follow(b, a)]);
  a.pipe(b);
  b.pipe(a);
  return gone.then(() => undefined);
}

function follow(one: Duplex, other: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const closed = () => {
      resolve();
      // Cut off in the middle: the other side must not take it for the end.
      if (!one.readableEnded) cutOff(other);
      else if (other.writableFinished) other.destroy();
      else other.once('finish', () => other.destroy()).end();
    };
    one.on('error', () => one.destroy());
    if (one.destroyed) closed();
    else one.once('close', closed);
  });
}

// A connection that is merely closed looks to the other side as one that has said all.
function cutOff(stream: Duplex): void {
  if (stream instanceof Socket) stream.resetAndDestroy();
  else stream.destroy();
}

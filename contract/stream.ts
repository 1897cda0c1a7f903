import { eventIterator } from '@orpc/contract';
import { z } from 'zod';

/**
 * Streams are credit-gated: MessagePort and WebSocket have no backpressure of their own, so a slow
 * reader would make the producer pile up events without bound. The producer stops pulling while
 * more than {@link STREAM_WINDOW} bytes are unacknowledged; the client acknowledges through the
 * operation `streams.ack` whenever it has consumed {@link STREAM_ACK_EVERY} bytes.
 */
export const STREAM_WINDOW = 256 * 1024;
export const STREAM_ACK_EVERY = 64 * 1024;

/** One frame of a stream: the first frame names the stream, each later one carries a batch of items. */
export function streamFrame<T extends z.ZodType>(item: T) {
  return z.object({
    /** Id to acknowledge with; the same in every frame of one stream. */
    stream: z.string(),
    /** Size of this frame in bytes as the producer counts it. */
    bytes: z.number().int().nonnegative(),
    items: z.array(item),
  });
}

/** Output schema of an operation that streams `item`s. Bind it with `gated()` in `main/api`, read it with `readStream()` in the client. */
export function stream<T extends z.ZodType>(item: T) {
  return eventIterator(streamFrame(item));
}

/** What {@link streamFrame} carries, as a plain type. */
export interface StreamFrame<T> {
  stream: string;
  bytes: number;
  items: T[];
}

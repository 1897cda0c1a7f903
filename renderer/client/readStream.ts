import { STREAM_ACK_EVERY, type StreamFrame } from '#contract/stream.ts';

/** Acknowledges `bytes` of a stream, so that the producer goes on. */
export type Acknowledge = (stream: string, bytes: number) => Promise<unknown>;

/**
 * Reads a credit-gated stream frame by frame (the contract's own reader goes item by item, which
 * would be one render each) and acknowledges what was consumed, every 64 KiB.
 * Each frame is acknowledged only after the consumer asked for the next one.
 */
export async function* readStream<T>(
  frames: AsyncIterable<StreamFrame<T>>,
  acknowledge: Acknowledge,
): AsyncGenerator<T[]> {
  let consumed = 0;
  for await (const frame of frames) {
    if (frame.items.length > 0) yield frame.items;
    consumed += frame.bytes;
    // An empty name: that transport has backpressure of its own.
    if (consumed >= STREAM_ACK_EVERY && frame.stream !== '') {
      const bytes = consumed;
      consumed = 0;
      await acknowledge(frame.stream, bytes);
    }
  }
}

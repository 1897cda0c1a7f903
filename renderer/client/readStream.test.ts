import { describe, expect, it } from 'vitest';
import { STREAM_ACK_EVERY, type StreamFrame } from '#contract/stream.ts';
import { readStream } from './readStream.ts';

async function* frames(sizes: number[], stream = 's1'): AsyncGenerator<StreamFrame<number>> {
  for (const bytes of sizes) yield { stream, bytes, items: [bytes] };
}

async function readAll(sizes: number[]) {
  const acks: number[] = [];
  const items: number[] = [];
  const ack = async (_stream: string, bytes: number) => void acks.push(bytes);
  for await (const batch of readStream(frames(sizes), ack)) items.push(...batch);
  return { acks, items };
}

describe('readStream', () => {
  it('acknowledges exactly what was consumed, once the step is reached', async () => {
    const half = STREAM_ACK_EVERY / 2;
    const { acks, items } = await readAll([half, half, half, half + 1, 10]);
    expect(acks).toEqual([STREAM_ACK_EVERY, STREAM_ACK_EVERY + 1]);
    expect(items).toHaveLength(5);
  });

  it('acknowledges nothing where the transport has backpressure of its own', async () => {
    const acks: number[] = [];
    const nameless = frames([STREAM_ACK_EVERY, STREAM_ACK_EVERY], '');
    const ack = async (_stream: string, bytes: number) => void acks.push(bytes);
    let batches = 0;
    for await (const _batch of readStream(nameless, ack)) batches += 1;
    expect([batches, acks]).toEqual([2, []]);
  });

  it('does not acknowledge a frame that the reader is still busy with', async () => {
    const acks: number[] = [];
    const reader = readStream(frames([STREAM_ACK_EVERY, 1]), async (_s, bytes) => {
      acks.push(bytes);
    });
    await reader.next();
    expect(acks).toEqual([]);
    await reader.next();
    expect(acks).toEqual([STREAM_ACK_EVERY]);
    await reader.return(undefined);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STREAM_WINDOW } from '#contract/stream.ts';
import { sizeOf } from './sizeOf.ts';
import { StreamGates } from './streamGates.ts';

describe('sizeOf', () => {
  it('is near the length of the JSON, and never absurdly below it', () => {
    // Bug caught: a stream of objects counts as nothing, and its producer never waits.
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.stringify(value).length;
        expect(sizeOf(value)).toBeGreaterThanOrEqual(json / 8);
        expect(sizeOf(value)).toBeLessThanOrEqual(json * 10 + 16);
      }),
    );
    expect(sizeOf('x'.repeat(1000))).toBe(1002);
    expect(sizeOf(['a', 'b'])).toBe(10);
  });
});

describe('stream gates', () => {
  const never = new AbortController().signal;
  const settled = async (promise: Promise<unknown>) => {
    let done = false;
    void promise.then(() => (done = true));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return done;
  };

  it('close when a window’s worth is not acknowledged, and open again when it is', async () => {
    const gates = new StreamGates(true);
    const gate = gates.start();
    gate.sent(STREAM_WINDOW - 1);
    expect(await settled(gate.open(never))).toBe(true);
    gate.sent(1);
    const waiting = gate.open(never);
    expect(await settled(waiting)).toBe(false);
    gates.acknowledge('another', STREAM_WINDOW);
    expect(await settled(waiting)).toBe(false);
    gates.acknowledge(gate.id, 1);
    expect(await settled(waiting)).toBe(true);
  });

  it('let nobody gain credit by acknowledging more than was sent', async () => {
    const gates = new StreamGates(true);
    const gate = gates.start();
    gates.acknowledge(gate.id, 1e9);
    gate.sent(STREAM_WINDOW);
    expect(await settled(gate.open(never))).toBe(false);
  });

  it('let go of who gives up', async () => {
    const gate = new StreamGates(true).start();
    gate.sent(STREAM_WINDOW);
    const stop = new AbortController();
    const waiting = gate.open(stop.signal);
    stop.abort();
    expect(await settled(waiting)).toBe(true);
    expect(await settled(gate.open(stop.signal))).toBe(true);
  });

  it.each([true, false])(
    'count what is open, and stop a loop that opens streams (gated: %s)',
    (gated) => {
      const gates = new StreamGates(gated);
      const open = Array.from({ length: 256 }, () => gates.start());
      expect(() => gates.start()).toThrow(expect.objectContaining({ code: 'stream.too_many' }));
      open[0]!.close();
      expect(gates.size).toBe(255);
      expect(() => gates.start()).not.toThrow();
      expect(new Set(open.map(({ id }) => id)).size).toBe(gated ? 256 : 1);
    },
  );

  it('take an acknowledgement of a stream that has just ended for no error', () => {
    const gates = new StreamGates(true);
    const gate = gates.start();
    gate.close();
    expect(() => gates.acknowledge(gate.id, 5)).not.toThrow();
  });
});

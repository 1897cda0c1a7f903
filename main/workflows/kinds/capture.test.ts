import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capture } from './capture.ts';

const pieces = fc.array(fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)));

describe('Capture', () => {
  it('keeps exactly the beginning, and never half a character', () => {
    fc.assert(
      fc.property(pieces, fc.nat(60), (chunks, limit) => {
        const capture = new Capture(limit, 'head');
        for (const chunk of chunks) capture.add(chunk);
        const whole = Buffer.concat(chunks).toString();
        expect(whole.startsWith(capture.text())).toBe(true);
        expect(Buffer.byteLength(capture.text())).toBeLessThanOrEqual(limit);
        expect(limit - Buffer.byteLength(capture.text())).toBeLessThan(capture.truncated ? 4 : 1e9);
        expect(capture.truncated).toBe(Buffer.byteLength(whole) > limit);
      }),
    );
  });

  it('keeps exactly the end, and never half a character', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 60 }), (chunks, limit) => {
        const capture = new Capture(limit, 'tail');
        for (const chunk of chunks) capture.add(chunk);
        const whole = Buffer.concat(chunks).toString();
        expect(whole.endsWith(capture.text())).toBe(true);
        expect(Buffer.byteLength(capture.text())).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

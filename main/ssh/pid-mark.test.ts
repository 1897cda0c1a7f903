import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PidMark } from './pid-mark.ts';

/** Feeds `bytes` in pieces of these sizes, repeated. */
function feed(mark: PidMark, bytes: Buffer, sizes: number[]): Buffer {
  const out: Buffer[] = [];
  let turn = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = sizes[turn++ % sizes.length]!;
    out.push(mark.take(bytes.subarray(at, at + size)));
    at += size;
  }
  out.push(mark.rest());
  return Buffer.concat(out);
}

/** What the shell would write for the mark. */
const written = (mark: PidMark, pid: number) => mark.line.slice(6, -6).replace('$$', String(pid));

describe('the mark of a process', () => {
  it('is what a shell really writes, with its own number', () => {
    const mark = new PidMark();
    const done = spawnSync('/bin/sh', ['-c', `${mark.line}echo $$; echo own >&2`]);
    const rest = feed(mark, done.stderr, [1024]);
    expect(mark.pid).toBe(Number(done.stdout.toString()));
    expect(rest.toString()).toBe('own\n');
  });

  it('is found and taken out wherever the pieces end, and nothing else is', () => {
    // Bug caught: a mark in two packets stays in the command's errors, and nothing can be ended.
    const text = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        text,
        text,
        sizes,
        fc.integer({ min: 1, max: 4_194_304 }),
        (before, after, of, pid) => {
          const mark = new PidMark();
          const bytes = Buffer.concat([before, Buffer.from(`${written(mark, pid)}\n`), after]);
          expect(feed(mark, bytes, of).equals(Buffer.concat([before, after]))).toBe(true);
          expect(mark.pid).toBe(pid);
        },
      ),
    );
  });

  it('that never comes costs nothing of what was written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1 }),
        (bytes, sizes) => {
          const mark = new PidMark();
          expect(feed(mark, Buffer.from(bytes), sizes).equals(Buffer.from(bytes))).toBe(true);
          expect(mark.pid).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is not waited for beyond 16 KiB: what a start-up file writes goes on', () => {
    const mark = new PidMark();
    const noise = Buffer.alloc(16 * 1024, 'n');
    expect(mark.take(noise)).toHaveLength(0);
    expect(mark.take(Buffer.from('x'))).toHaveLength(noise.length + 1);
    const late = Buffer.from(`${written(mark, 7)}\n`);
    expect(mark.take(late).equals(late)).toBe(true);
    expect(mark.pid).toBeUndefined();
  });

  it('takes a second mark for the command’s own words', () => {
    const mark = new PidMark();
    const twice = Buffer.from(`${written(mark, 7)}\n${written(mark, 8)}\n`);
    expect(mark.take(twice).toString()).toBe(`${written(mark, 8)}\n`);
    expect(mark.pid).toBe(7);
  });

  it('cannot be guessed by what runs: each has another name', () => {
    const names = new Set(Array.from({ length: 50 }, () => new PidMark().line));
    expect(names.size).toBe(50);
    expect(execFileSync('/bin/sh', ['-n', '-c', new PidMark().line]).toString()).toBe('');
  });
});

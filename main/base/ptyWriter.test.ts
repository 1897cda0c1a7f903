import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PtyWriter, ptyWriter } from './ptyWriter.ts';

/** A pipe that does not block, as full as its reader leaves it: the open end of a terminal is the same to a writer. */
function pipe() {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-pty-'));
  const file = join(folder, 'pipe');
  execFileSync('mkfifo', [file]);
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  let isOpen = true;
  const writer = new PtyWriter(fd, () => isOpen);
  onTestFinished(() => {
    writer.close();
    isOpen = false;
    closeSync(fd);
    closeSync(reader);
    rmSync(folder, { recursive: true });
  });
  const read = () => {
    const buffer = Buffer.alloc(65_536);
    try {
      return buffer.subarray(0, readSync(reader, buffer));
    } catch {
      return Buffer.alloc(0); // Nothing there at the moment.
    }
  };
  return { writer, read, end: () => (isOpen = false) };
}

describe('the writer of a terminal', () => {
  it('does not wait for a program that does not read, and loses nothing of what it was given', async () => {
    // Bug caught: a paste into a program that is busy stops the whole platform until it reads.
    const { writer, read } = pipe();
    const sent = randomBytes(1024 * 1024);
    for (let at = 0; at < sent.length; at += 65_536) writer.write(sent.subarray(at, at + 65_536));
    expect(writer.waiting).toBeGreaterThan(900_000);
    const got: Buffer[] = [];
    let length = 0;
    while (length < sent.length) {
      await new Promise((go) => setImmediate(go));
      const piece = read();
      got.push(piece);
      length += piece.length;
    }
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(Buffer.concat(got))).toBe(hash(sent));
    expect(writer.waiting).toBe(0);
  });

  it('keeps the order of pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 60 }),
        async (pieces) => {
          const { writer, read } = pipe();
          for (const piece of pieces) writer.write(piece);
          const all = Buffer.concat(pieces);
          let got = Buffer.alloc(0);
          while (got.length < all.length) {
            got = Buffer.concat([got, read()]);
            await new Promise((go) => setImmediate(go));
          }
          expect(got.equals(all)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('writes nothing once the terminal is closed: its number may be another file’s by then', () => {
    const { writer, read, end } = pipe();
    end();
    writer.write(Buffer.from('not there'));
    expect(writer.waiting).toBe(0);
    expect(read()).toHaveLength(0);
  });

  it('gives up what waits when it is closed', () => {
    const { writer } = pipe();
    writer.write(Buffer.alloc(1024 * 1024));
    writer.close();
    expect(writer.waiting).toBe(0);
  });

  it('is none for what is no terminal of this system', () => {
    expect(ptyWriter({})).toBeUndefined();
  });
});

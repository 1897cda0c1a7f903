import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedactor } from '#main/base/redact.ts';
import { SessionLog } from './sessionLog.ts';
import { mounts, smallDisk } from './terminals.testing.ts';

const secret = 'tr0ub4dor&3-äöü';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-session-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder = newFolder(), name = 'one.log', maxBytes?: number) {
  const redactor = createRedactor();
  redactor.add(secret);
  const errors: unknown[] = [];
  let written = 0;
  const on = {
    cols: () => 80,
    written: () => void (written += 1),
    ended: (error?: unknown) => void errors.push(error),
  };
  const log = await SessionLog.open(folder, name, redactor, on, maxBytes);
  return { log, errors, folder, written: () => written };
}

describe('the log of a session', () => {
  it('has no trace of a secret, however the output is cut and coloured', async () => {
    // Bug caught: the second half of a password at the beginning of the next piece.
    const folder = newFolder();
    let runs = 0;
    const looks = fc.constantFrom('', '\x1b[31m', '\x1b[0m', '\x1b]0;t\x07');
    const letters = fc.tuple(...Array.from(secret, (letter) => looks.map((look) => look + letter)));
    await fc.assert(
      fc.asyncProperty(
        letters,
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        async (spelled, cuts, before) => {
          runs += 1;
          const { log } = await open(folder, `${runs}.log`);
          const bytes = Buffer.from(`${before}\r\n${spelled.join('')}\r\nafter\r\n`);
          let at = 0;
          for (const cut of cuts) {
            log.write(bytes.subarray(at, at + cut));
            at += cut;
          }
          log.write(bytes.subarray(Math.min(at, bytes.length)));
          await log.close();
          const text = readFileSync(log.file, 'utf8');
          expect(text).not.toContain(secret);
          expect(text).not.toContain(secret.slice(0, 8));
          expect(text).toContain('***');
          expect(text).toMatch(/after\n$/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says how much waits for the disk, and when it is there', async () => {
    const { log, written } = await open();
    log.write(Buffer.alloc(100_000, 'x\n'));
    expect(log.pending).toBe(100_000);
    await log.close();
    expect(log.pending).toBe(0);
    expect(written()).toBeGreaterThan(0);
    expect(statSync(log.file).size).toBe(100_000);
  });

  it('never writes into a file that is there', async () => {
    // Bug caught: a link that somebody put there has Nexus write over another file.
    const folder = newFolder();
    writeFileSync(join(folder, 'one.log'), 'mine');
    await expect(open(folder)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(join(folder, 'one.log'), 'utf8')).toBe('mine');
  });

  it('ends when it has grown too large, says so, and holds nobody back afterwards', async () => {
    // Bug caught: `yes` in a logged terminal fills the disk.
    const { log, written, errors } = await open(newFolder(), 'one.log', 10_000);
    for (let i = 0; i < 30; i += 1) log.write(Buffer.alloc(1000, 'line\n'));
    await log.close();
    const text = readFileSync(log.file, 'utf8');
    expect(text.length).toBeLessThan(11_200);
    expect(text).toMatch(/line\n\n\[the log ends here: it has reached \d+ [A-Z]?i?B\]\n$/);
    expect(log.pending).toBe(0);
    expect(written()).toBeGreaterThan(0);
    expect(errors).toEqual([undefined]);
  });

  it.skipIf(!mounts)('ends on a full disk, tells it once, and holds nobody back', async () => {
    // Bug caught: a red mark says that a log is written, and nothing has been for hours.
    const folder = newFolder();
    smallDisk(folder);
    const { log, errors } = await open(folder);
    for (let i = 0; i < 50; i += 1) log.write(Buffer.alloc(8000, 'line\n'));
    await log.close();
    expect(errors).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
    expect(log.pending).toBe(0);
    expect(readFileSync(log.file, 'utf8')).toMatch(/^line\nline\n/);
  });

  it('ignores what comes after its end', async () => {
    const { log, errors } = await open();
    log.write(Buffer.from('kept\n'));
    const closed = log.close();
    log.write(Buffer.from('too late\n'));
    await closed;
    expect(readFileSync(log.file, 'utf8')).toBe('kept\n');
    expect(errors).toEqual([]);
    expect(log.pending).toBe(0);
  });
});

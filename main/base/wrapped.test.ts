import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, MASK } from './redact.ts';
import { wrappableForms } from './redactforms.ts';
import { isEncoded, NARROWEST, runBefore, WrappedMatcher } from './wrapped.ts';

function redactorOf(...values: string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

/** Breaks a text as base64(1), openssl(1), MIME writers, `xxd -p` and JSON APIs do. */
const broken = (text: string, width: number, end: string) =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);

/** Takes every line end out, so that what is left of an encoded secret stands in one piece. */
const joined = (text: string) => text.replace(/(?:\\r)?\\n|\r?\n[ \t]*/g, '');

/** Whether some encoded form of the secret can be put together again. */
const shows = (text: string, value: string) =>
  wrappableForms(value).some((form) => joined(text).includes(form));

const secret = fc
  .string({ unit: 'grapheme', minLength: 8, maxLength: 60 })
  .filter((value) => value.trim().length >= 8);
const filler = fc.uint8Array({ minLength: 0, maxLength: 160 }).map((bytes) => Buffer.from(bytes));
const width = fc.constantFrom(60, 64, 72, 76, NARROWEST, 100);
const lineEnd = fc.constantFrom('\n', '\r\n', '\n  ', '\r\n\t', '\\n', '\\r\\n');
const encoding = fc.constantFrom('base64' as const, 'base64url' as const, 'hex' as const);

/** Writes chunks that end where `cuts` say. */
function streamed(
  redactor: ReturnType<typeof createRedactor>,
  text: string,
  cuts: number[],
): string {
  const stream = redactor.stream();
  const bytes = Buffer.from(text);
  let out = '';
  let at = 0;
  for (const cut of cuts) {
    out += stream.write(bytes.subarray(at, at + cut));
    at = Math.min(bytes.length, at + cut);
  }
  return out + stream.write(bytes.subarray(at)) + stream.end();
}

describe('a secret in base64 or hexadecimal that was broken into lines', () => {
  it('is hidden at every alignment and column, whatever the line ends are', () => {
    // Bug caught: only what begins at the first column of the first line is found.
    fc.assert(
      fc.property(
        secret,
        filler,
        filler,
        width,
        lineEnd,
        encoding,
        (value, before, after, wide, end, how) => {
          const all = Buffer.concat([before, Buffer.from(value), after]).toString(how);
          const text = broken(all, wide, end);
          expect(shows(redactorOf(value).redactText(text), value.trim())).toBe(false);
        },
      ),
      { numRuns: 600 },
    );
  });

  it.each([64, 76])('is hidden at each of the columns and alignments of a width of %i', (wide) => {
    // One after the other, none left to chance: 3 alignments, every column, both line ends.
    const value = 'correct-horse-battery-staple';
    const redactor = redactorOf(value);
    for (let before = 0; before < wide; before += 1)
      for (const end of ['\n', '\r\n']) {
        const all = Buffer.from(`${'x'.repeat(before)}${value}${'y'.repeat(80)}`);
        const shown = redactor.redactText(broken(all.toString('base64'), wide, end));
        expect(shows(shown, value), `${before} before, ${JSON.stringify(end)}`).toBe(false);
        expect(shown).toContain(MASK);
      }
  });

  it('is hidden in a stream as in the whole text, wherever the chunks end', () => {
    // Bug caught: the first half is shown because the line, or half of its end, came by itself.
    fc.assert(
      fc.property(
        secret,
        filler,
        width,
        lineEnd,
        encoding,
        fc.array(fc.nat(90), { maxLength: 12 }),
        (value, before, wide, end, how, cuts) => {
          const all = Buffer.concat([before, Buffer.from(value), Buffer.alloc(90, 7)]);
          const text = `out: ${broken(all.toString(how), wide, end)}`;
          const redactor = redactorOf(value);
          const shown = streamed(redactor, text, cuts);
          expect(shows(shown, value.trim())).toBe(false);
          expect(shown).toBe(redactor.redactText(text));
        },
      ),
      { numRuns: 600 },
    );
  });

  it('is hidden with every border between two chunks, one character at a time too', () => {
    const value = 'correct-horse-battery-staple';
    const redactor = redactorOf(value);
    for (const end of ['\n', '\r\n', '\\r\\n']) {
      const all = Buffer.from(`${'x'.repeat(40)}${value}${'y'.repeat(50)}`).toString('base64');
      const text = broken(all, 64, end);
      const whole = redactor.redactText(text);
      expect(shows(whole, value)).toBe(false);
      for (let cut = 0; cut <= text.length; cut += 1)
        expect(streamed(redactor, text, [cut]), `${cut}`).toBe(whole);
      expect(
        streamed(
          redactor,
          text,
          Array.from(text, () => 1),
        ),
      ).toBe(whole);
    }
  });

  it('is hidden where it takes many lines', () => {
    const value = 'abcdefghij0123456789-KLMNOPQRST'.repeat(20);
    for (const before of [0, 1, 2, 50]) {
      const all = Buffer.from(`${'x'.repeat(before)}${value}${'y'.repeat(30)}`).toString('base64');
      const shown = redactorOf(value).redactText(broken(all, 76, '\r\n'));
      expect(joined(shown).replace(MASK, '').length).toBeLessThan((before + 40) * 1.4 + 8);
    }
  });

  it('is hidden in a log that has each line by itself', () => {
    // Bug caught: no single line has the whole of it, so none is seen to belong to it.
    const value = 'abcdefghij0123456789-KLMNOPQRST'.repeat(10);
    const redactor = redactorOf(value);
    for (let before = 0; before < 60; before += 1)
      for (const wide of [60, 64, 76]) {
        const core = Buffer.from(`${'x'.repeat(before)}${value}`).toString('base64');
        const shown = broken(core, wide, '\n')
          .split('\n')
          .map((line) => redactor.redactText(line))
          .join('\n');
        const left = joined(shown).replaceAll(MASK, '').length;
        // What stood before it, and at either end fewer characters than a fragment has.
        expect(left, `${before} before, ${wide} wide`).toBeLessThan((before / 3) * 4 + 4 + 2 * 12);
      }
  });
});

describe('text that only looks like it', () => {
  it('is left as it is: ordinary lines, paths, hashes, base64 of something else', () => {
    const redactor = redactorOf('correct-horse-battery-staple', 'hunter2-hunter2');
    for (const text of [
      'word\nword\nword',
      `${'a'.repeat(64)}\n${'b'.repeat(64)}\n`,
      `${'/usr/share/very/long'.repeat(4)}\nnext`,
      broken(Buffer.alloc(400, 'nothing to see ').toString('base64'), 76, '\n'),
    ]) {
      expect(redactor.redactText(text)).toBe(text);
      expect(streamed(redactor, text, [10, 60, 1, 1])).toBe(text);
    }
  });

  it('is shown at once in a stream: a finished line of ordinary text waits for nothing', () => {
    // Bug caught: a live log is always one line late, since its last letter may begin some secret.
    const stream = redactorOf(
      ...Array.from({ length: 200 }, (_, i) => `secret-value-${i * 7919}`),
    ).stream();
    for (const line of ['building\n', 'copied /srv/data to /mnt/backup\n', 'exit 0\r\n'])
      expect(stream.write(line)).toBe(line);
  });
});

describe('the parts', () => {
  it('knows the characters of base64, base64url and hexadecimal, and no others', () => {
    const known = Array.from({ length: 300 }, (_, unit) => unit).filter(isEncoded);
    expect(String.fromCharCode(...known)).toBe(
      '+-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
    );
  });

  it('counts a run across the border of two chunks, and not across anything else', () => {
    expect(runBefore('ab', 2, 3)).toBe(5);
    expect(runBefore(' ab', 3, 3)).toBe(2);
    expect(runBefore('ab ', 3, 3)).toBe(0);
    expect(runBefore('a'.repeat(500), 500, 0)).toBe(NARROWEST);
  });

  it('says from where on a later piece may complete something', () => {
    const matcher = new WrappedMatcher(['SECRETsecret']);
    const line = `${'x'.repeat(60)}SECR`;
    expect(matcher.find(`${line}\nETse`)).toEqual({ ranges: [], open: 60 });
    expect(matcher.find(`${line}\n`)).toEqual({ ranges: [], open: 60 });
    expect(matcher.find(`${line}\r`)).toEqual({ ranges: [], open: 60 });
    expect(matcher.find(`${line}\nETsecret!`)).toEqual({ ranges: [60, 73], open: 74 });
    // Too narrow for a line that a writer broke.
    expect(matcher.find(`xSECR\nETsecret`)).toEqual({ ranges: [], open: 14 });
    // The rest of the line was shown already.
    expect(matcher.find(`SECR\nETsecret`, 44)).toMatchObject({ ranges: [0, 13] });
  });
});

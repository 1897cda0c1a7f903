import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainText } from './plainText.ts';

const strip = (...pieces: (string | Uint8Array)[]) => {
  const plain = new PlainText();
  return pieces.map((piece) => plain.write(Buffer.from(piece as string))).join('') + plain.end();
};

describe('plain text of terminal output', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a\r\nb\rc\n', 'a\nb\nc\n'],
    ['x\x08\x07y\tz', 'xy\tz'],
    ['\x1bP$qm\x1b\\ok', 'ok'],
    ['\x1b(B\x1b=a', 'a'],
    ['\x9b1mb\x9d0;t\x9cc', 'bc'],
    ['\x1b[12\x18kept', 'kept'],
    ['\x1b]never ended \x1b[1mgone', 'gone'],
  ])('of %j is %j', (output, text) => expect(strip(output)).toBe(text));

  it.each([
    ['what is typed over the border goes on', `${'a'.repeat(80)} \rbcd`, `${'a'.repeat(80)}bcd`],
    ['twice', `${'a'.repeat(80)} \r${'b'.repeat(80)} \rc`, `${'a'.repeat(80)}${'b'.repeat(80)}c`],
    ['with a coloured prompt', `\x1b[32m$\x1b[0m ${'a'.repeat(78)} \rb`, `$ ${'a'.repeat(78)}b`],
    ['with wide characters', `${'漢'.repeat(40)} \rb`, `${'漢'.repeat(40)}b`],
    ['a space there that is one', `${'a'.repeat(80)} b`, `${'a'.repeat(80)} b`],
    ['at the end of a line', `${'a'.repeat(80)} \r\nb`, `${'a'.repeat(80)} \nb`],
    ['at the end of all', `${'a'.repeat(80)} `, `${'a'.repeat(80)} `],
    ['a line that is written again', `${'a'.repeat(40)} \rb`, `${'a'.repeat(40)} \nb`],
    [
      'a bar as wide as the screen',
      `${'='.repeat(79)}\r${'='.repeat(79)}`,
      `${'='.repeat(79)}\n${'='.repeat(79)}`,
    ],
  ])('keeps together what a shell wraps: %s', (_, output, text) => {
    // Bug caught: a secret that is typed at the right border stands in the log in two halves.
    expect(strip(`\n${output}`)).toBe(`\n${text}`);
    expect(strip(...Array.from(`\n${output}`))).toBe(`\n${text}`);
  });

  it('keeps it together also in the line in which the log begins, behind a prompt', () => {
    expect(strip(`${'a'.repeat(61)} \rb\r\nc \rd`)).toBe(`${'a'.repeat(61)}b\nc \nd`);
  });

  it('is the same wherever the output is cut', () => {
    // Bug caught: half a sequence or half a character at the end of a read gets into the log.
    const output = Buffer.from(
      'grün \x1b[38;5;120mé\x1b[0m €\r\n\x1b]2;titel\x07\x1bP1$r0m\x1b\\😀\rend\r\n',
    );
    fc.assert(
      fc.property(
        fc
          .array(fc.nat(output.length), { maxLength: 12 })
          .map((cuts) => cuts.toSorted((a, b) => a - b)),
        (cuts) => {
          const ends = [...cuts, output.length];
          const pieces = ends.map((end, i) => output.subarray(ends[i - 1] ?? 0, end));
          expect(strip(...pieces)).toBe('grün é €\n😀\nend\n');
        },
      ),
    );
  });

  it('holds no control character, whatever comes, and does not lose the rest', () => {
    // Bug caught: a sequence without an end hides from the log everything that follows.
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (pieces) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(strip(...pieces)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
    expect(strip(`\x1b]0;${'x'.repeat(100_000)}`, 'later\n')).toMatch(/later\n$/);
  });
});

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { keyText, lineEnd, lineStart, nextLine, nodeAt, readSource } from './Source.ts';
import { handWritten, workflowText } from './testText.ts';

// Hundreds of random files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('reading a text', () => {
  it('never throws, and has either a value or mistakes with their places', () => {
    // Bug caught: half a line of YAML takes the whole editor down.
    const piece = fc.constantFrom(
      'a:',
      ' b',
      '- ',
      '\n',
      '[',
      '{',
      '"',
      "'",
      '&x ',
      '*x',
      '!!binary ',
      '|',
      '? ',
      '\t',
      '#',
      '---\n',
      '...\n',
      '<<: ',
      '1e999',
      '0o7',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        const source = readSource(text);
        expect(source.text).toBe(text);
        for (const error of source.errors) {
          expect(error.message).not.toBe('');
          expect(error.message).not.toContain('\n');
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(text.length + 1);
        }
        if (source.errors.length > 0) expect(source.value).toBeNull();
        // Plain data: it can be sent, compared and kept.
        expect(JSON.parse(JSON.stringify(source.value))).toEqual(source.value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says where a mistake is, and the place only once', () => {
    const [error] = readSource('name: w\nsteps:\n  - id: a\n   bad: 1\n').errors;
    expect(error).toMatchObject({ line: 4 });
    expect(error?.message).not.toMatch(/at line \d/);
  });

  it('an alias that grows without end is no value instead of all memory', () => {
    // Bug caught: a file of 600 bytes that names itself ten times ten times fills the memory.
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 0; at < 9; at += 1) {
      const [before, name] = ['abcdefghij'[at], 'abcdefghij'[at + 1]];
      lines.push(
        `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`,
      );
    }
    const source = readSource(`${lines.join('\n')}\n`);
    expect(source.errors).toEqual([]);
    expect(source.value).toBeNull();
  });

  it('the same text is read once', () => {
    expect(readSource(handWritten)).toBe(readSource(handWritten));
  });

  it('knows the line endings of the file', () => {
    expect(readSource('a: 1\n').newline).toBe('\n');
    expect(readSource('a: 1\r\n').newline).toBe('\r\n');
    expect(readSource('').newline).toBe('\n');
  });

  it('of every workflow finds each step by its path', () => {
    fc.assert(
      fc.property(workflowText, (text) => {
        const source = readSource(text);
        const { steps } = source.value as { steps: { id: string }[] };
        steps.forEach((step, index) => {
          const node = nodeAt(source, ['steps', index, 'id']);
          const [from = 0, to = 0] = node?.range ?? [];
          expect(text.slice(from, to)).toContain(step.id);
        });
        expect(nodeAt(source, ['steps', steps.length])).toBeUndefined();
        expect(nodeAt(source, ['steps', 'id'])).toBeUndefined();
        expect(nodeAt(source, ['name', 'deeper'])).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it('a key that is a number or a truth is found as it is written in a path', () => {
    const source = readSource('env: {8080: a, true: b, null: c, [x]: d}\n');
    expect(nodeAt(source, ['env', '8080'])?.toJSON()).toBe('a');
    expect(nodeAt(source, ['env', 'true'])?.toJSON()).toBe('b');
    expect(keyText(null)).toBeNull();
    expect(keyText('x')).toBe('x');
    expect(keyText(7)).toBe('7');
  });
});

describe('lines of a text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r\n'), maxLength: 30 });

  it('start, end and next line agree with cutting the text into lines', () => {
    fc.assert(
      fc.property(text, (all) => {
        let at = 0;
        for (const line of all.split('\n')) {
          const bare =
            line.endsWith('\r') && at + line.length < all.length ? line.slice(0, -1) : line;
          expect(lineStart(all, at)).toBe(at);
          expect(all.slice(at, lineEnd(all, at))).toBe(bare);
          expect(nextLine(all, at)).toBe(Math.min(at + line.length + 1, all.length));
          at += line.length + 1;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('every place of a line leads to its start and its end', () => {
    const all = 'one\r\ntwo\n\nfour';
    expect([0, 2, 3].map((at) => lineStart(all, at))).toEqual([0, 0, 0]);
    expect([5, 6, 8].map((at) => lineStart(all, at))).toEqual([5, 5, 5]);
    expect([0, 3].map((at) => lineEnd(all, at))).toEqual([3, 3]);
    expect(lineEnd(all, 11)).toBe(all.length);
    expect(nextLine(all, 11)).toBe(all.length);
  });
});

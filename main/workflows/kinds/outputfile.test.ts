import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseOutputFile } from './outputfile.ts';

function codeOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

describe('parseOutputFile', () => {
  it('gives back every value that was written as a block, whatever it holds', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,10}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (values) => {
        const file = Object.entries(values)
          .map(([key, value]) => `${key}<<NEXUS_END_7f3a\n${value}\nNEXUS_END_7f3a\n`)
          .join('');
        expect({ ...parseOutputFile(file) }).toEqual({ ...values });
      }),
    );
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(codeOf(() => parseOutputFile(text))).toBeOneOf([undefined, 'shell.output_invalid']);
      }),
    );
  });

  it('takes a JSON object and keeps its types', () => {
    expect(parseOutputFile(' {"n": 1, "list": [true]}\n')).toEqual({ n: 1, list: [true] });
  });

  it('keeps << inside a value, lets the last one win and bears Windows line ends', () => {
    expect(parseOutputFile('a=1\r\nb=x<<y\na=2\n')).toEqual({ a: '2', b: 'x<<y' });
  });

  it('names the line that cannot be read', () => {
    expect(() => parseOutputFile('a=1\nnonsense\n')).toThrow(/Line 2/);
    expect(() => parseOutputFile('a<<END\nx\n')).toThrow(/no closing END/);
    expect(() => parseOutputFile('a b=1\n')).toThrow(/not a name/);
  });
});

describe('what a script writes to its output file', () => {
  it('comes back when real bash wrote it, as a line and as a block', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', '=', '<', "'", '"', '$', '`', '\\', ' ', 'é', '#', '{'),
      maxLength: 12,
    });
    const many = fc.array(value, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    const folder = mkdtempSync(join(tmpdir(), 'nexus-output-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    fc.assert(
      fc.property(value, many, (line, block) => {
        const file = join(folder, 'output');
        writeFileSync(file, '');
        execFileSync(
          'bash',
          [
            '-ec',
            'echo "line=$LINE" >> "$OUT"; { echo "block<<EOF_7f3a"; printf "%s\\n" "$BLOCK"; echo EOF_7f3a; } >> "$OUT"; printf "last=1" >> "$OUT"',
          ],
          { env: { ...process.env, OUT: file, LINE: line, BLOCK: block } },
        );
        expect({ ...parseOutputFile(readFileSync(file, 'utf8')) }).toEqual({
          line,
          block,
          last: '1',
        });
      }),
      { numRuns: 60 },
    );
  });
});

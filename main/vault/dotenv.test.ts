import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDotenv, parseDotenv } from './dotenv.ts';

const VALUES: Record<string, string> = {
  PLAIN: 'tok_4f9c2b7d1e8a',
  QUOTES: `it's "quoted" & $HOME \`x\` \\n \\`,
  LINES: '-----BEGIN KEY-----\nMIIEvQ==\n-----END KEY-----\n',
  UNICODE: 'ünïcode → 🔑',
  SPACES: '  leading and trailing # no comment  ',
};

describe('.env files', () => {
  const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
  const value = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) => text.replaceAll('\u0000', ''));

  it('come back as they were written, whatever the values hold', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value), (values) => {
        expect(Object.fromEntries(parseDotenv(formatDotenv(Object.entries(values))))).toEqual({
          ...values,
        });
      }),
    );
  });

  it('are read as a POSIX shell reads what we write', () => {
    const text = formatDotenv(Object.entries(VALUES));
    for (const [key, expected] of Object.entries(VALUES)) {
      const out = execFileSync('sh', ['-c', `${text}\nprintf %s "$${key}"`], { encoding: 'utf8' });
      expect(out).toBe(expected);
    }
  });

  it.each([
    ['A=plain', 'plain'],
    ['export A=plain', 'plain'],
    ['# comment\n\nA = spaced # comment', 'spaced'],
    ['A=', ''],
    ['A=a b c  ', 'a b c'],
    ['A=x#y', 'x#y'],
    ['A="two\\nlines"', 'two\nlines'],
    ['A="a \\"quote\\" and \\$HOME"', 'a "quote" and $HOME'],
    ["A='single $HOME \\n'", 'single $HOME \\n'],
    ["A='it'\\''s'", "it's"],
    ['A="multi\nline"', 'multi\nline'],
    ['A=windows\r\nB=x', 'windows'],
    ['A=one\nA=two', 'two'],
  ])('%j gives %j', (text, expected) => {
    expect(parseDotenv(text).get('A')).toBe(expected);
  });

  it('are read to their end in good time, or refused, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          parseDotenv(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'vault.import_invalid' });
        }
      }),
    );
  });
});

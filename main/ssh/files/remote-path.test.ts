import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathWord, SUM } from './remote-path.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-path-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const sh = (program: string, env: Record<string, string> = {}, input: Buffer | string = '') =>
  spawnSync('/bin/sh', ['-c', program], {
    cwd: home,
    input,
    env: { PATH: process.env['PATH'], HOME: home, ...env },
  });

/** Names that a file can have: no slash, no NUL, neither of the two folders, at most 255 bytes. */
const name = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom(
        '-',
        '~',
        "'",
        '"',
        '$',
        '`',
        '\\',
        '\n',
        ' ',
        '*',
        '?',
        '!',
        'é',
        '🦊',
      ),
      minLength: 1,
      maxLength: 20,
    }),
  )
  .map((text) => text.replace(/[/\0]/g, '_'))
  .filter((text) => text !== '.' && text !== '..');

describe('a path as a word of a shell', () => {
  it('names exactly that file, whatever its name holds, and never an option', () => {
    // Bug caught: a file called -rf, or one whose name runs a command.
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 20 }), (text, bytes) => {
        const folder = mkdtempSync(join(home, 'case-'));
        const tell = (path: string) =>
          sh(
            `cd ${pathWord(folder)} && cat > ${pathWord(path)} && ls -a1 -d ${pathWord(path)}`,
            {},
            Buffer.from(bytes),
          );
        // As a name alone where it does not mean the home folder, and below a folder in any case.
        const paths = /^~(\/|$)/.test(text)
          ? [`./${text}`]
          : [text, `./${text}`, join(folder, text)];
        for (const path of paths) {
          const done = tell(path);
          expect(done.stderr.toString()).toBe('');
          expect(readFileSync(join(folder, text)).equals(Buffer.from(bytes))).toBe(true);
        }
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 25 },
    );
  });

  it('knows the home folder at the beginning, and nowhere else', () => {
    const say = (path: string) => sh(`printf %s ${pathWord(path)}`).stdout.toString();
    expect(say('~')).toBe(home);
    expect(say('~/a b')).toBe(`${home}/a b`);
    expect(say("~/it's $(id)")).toBe(`${home}/it's $(id)`);
    expect(say('~root/x')).toBe('~root/x');
    expect(say('/a/~/b')).toBe('/a/~/b');
    expect(say('a~')).toBe('a~');
    expect(say('-x')).toBe('./-x');
    expect(say('$HOME/x')).toBe('$HOME/x');
  });
});

describe('the checksum of the host', () => {
  const bytes = randomBytes(100_000);
  const expected = createHash('sha256').update(bytes).digest('hex');

  it.each(['openssl', 'sha256sum', 'shasum', 'none'])('is the same by any program: %s', (only) => {
    // Bug caught: a host with another program gives another form, and no file is ever “verified”.
    const bin = join(home, `bin-${only}`);
    mkdirSync(bin);
    const path = process.env['PATH']!.split(':');
    const link = (program: string) => {
      const found = path
        .map((folder) => join(folder, program))
        .find((file) => spawnSync('test', ['-x', file]).status === 0);
      if (found) symlinkSync(found, join(bin, program));
      return found !== undefined;
    };
    for (const tool of ['cut', 'cat']) link(tool);
    if (only !== 'none' && !link(only)) return;
    const done = sh(`${SUM}sum`, { PATH: bin }, bytes);
    expect(done.stdout.toString().trim()).toBe(only === 'none' ? '' : expected);
    expect(done.stderr.toString()).toBe('');
  });
});

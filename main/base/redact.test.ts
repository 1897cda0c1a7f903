import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { MASK, createRedactor } from './redact.ts';
import { secretForms } from './redactforms.ts';

const secret = fc
  .string({ unit: 'grapheme', minLength: 6, maxLength: 40 })
  .filter((s) => s.trim().length >= 6);
const around = fc.string({ maxLength: 30 });

function redactorOf(...values: string[]) {
  const redactor = createRedactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

/** The ways in which a secret is written in the wild, each made by an independent writer. */
const writers: Record<string, (secret: string, before: string, after: string) => string> = {
  plain: (s, b, a) => b + s + a,
  base64: (s, b, a) => Buffer.from(b + s + a).toString('base64'),
  base64url: (s, b, a) => Buffer.from(b + s + a).toString('base64url'),
  hex: (s, b, a) => Buffer.from(b + s + a).toString('hex'),
  upperHex: (s, b, a) =>
    Buffer.from(b + s + a)
      .toString('hex')
      .toUpperCase(),
  url: (s, b, a) => encodeURIComponent(b + s + a),
  form: (s) => new URLSearchParams({ s }).toString().slice(2),
  json: (s, b, a) => JSON.stringify({ value: b + s + a }),
  jsonInJson: (s, b, a) => JSON.stringify(JSON.stringify(b + s + a)),
};

/** Whether some form of the secret can still be read. */
const shows = (text: string, value: string) =>
  secretForms(value).some((form) => text.includes(form));

describe('redactText', () => {
  it.each(Object.keys(writers))(
    'hides a secret written as %s, whatever stands around it',
    (name) => {
      fc.assert(
        fc.property(secret, around, around, (value, before, after) => {
          const written = writers[name]!(value, before, after);
          expect(shows(redactorOf(value).redactText(written), value)).toBe(false);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('hides a long secret that a tool breaks into lines, and logs line by line', () => {
    const value = 'abcdefghij0123456789-KLMNOPQRST'.repeat(8);
    const redactor = redactorOf(value);
    for (const [encoding, width] of [
      ['base64', 76],
      ['base64', 64],
      ['hex', 60],
    ] as const) {
      for (const end of ['', '\n']) {
        const text = Buffer.from(value + end).toString(encoding);
        for (let at = 0; at + 8 < text.length; at += width) {
          const line = text.slice(at, at + width);
          expect(redactor.redactText(line).replace(MASK, '').length, line).toBeLessThan(5);
        }
      }
    }
  });

  it('hides base64 at every alignment, where a plain search finds one of three', () => {
    const value = 'correct-horse-battery';
    for (const before of ['', 'x', 'xy', 'xyz']) {
      const text = Buffer.from(`${before}${value}yyy`).toString('base64');
      expect(redactorOf(value).redactText(text)).toContain(MASK);
    }
  });

  it('leaves text without secrets as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(redactorOf('a-secret-that-is-not-there-0').redactText(text)).toBe(text);
      }),
    );
  });

  it('hides both of two secrets that overlap', () => {
    const redactor = redactorOf('abcdefgh', 'efghijkl');
    expect(redactor.redactText('<abcdefghijkl>')).toBe(`<${MASK}>`);
  });

  it('hides the longer of two secrets that begin alike, and not just its beginning', () => {
    expect(redactorOf('password', 'password-of-bob').redactText('=password-of-bob!')).toBe(
      `=${MASK}!`,
    );
  });

  it('hides the longer lines of a key by themselves, as a log shows them', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----\n';
    expect(redactorOf(key).redactText('1: MIIEvQIBADANBgkqhkiG9w0 2: short')).toBe(
      `1: ${MASK} 2: short`,
    );
  });

  it('warns of a short value once and does not hide it', () => {
    const warned: string[] = [];
    const redactor = createRedactor({ onShort: (name) => warned.push(name) });
    expect(redactor.add('abc', 'PIN')).toBe(false);
    redactor.add('abc', 'PIN');
    expect(warned).toEqual(['PIN']);
    expect(redactor.redactText('abc')).toBe('abc');
  });
});

describe('redactJson', () => {
  it('hides in values, keys and numbers, at any depth', () => {
    const redactor = redactorOf('12345678', 'hunter2-hunter2');
    const value = { a: [{ 'k hunter2-hunter2': 1 }], n: 12345678, m: 5, t: null };
    expect(redactor.redactJson(value)).toEqual({ a: [{ 'k ***': 1 }], n: MASK, m: 5, t: null });
  });
});

describe('a value in which there is nothing to hide', () => {
  it('is given back itself, and only then', () => {
    // Bug caught: "this output held a secret" is said of outputs that held none (NaN is no change).
    const word = 'hunter2-hunter2';
    const redactor = redactorOf(word);
    const value = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Json>(word, `a${word}`, 'plain', 1, -0, Number.NaN, null, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('k', word, '__proto__'), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (one) => {
        const redacted = redactor.redactJson(one);
        expect(Object.is(redacted, one)).toBe(!JSON.stringify(one).includes(word));
        expect(JSON.stringify(redacted)).toBe(JSON.stringify(one).replaceAll(word, MASK));
      }),
      { numRuns: 500 },
    );
  });
});

describe('redact stream', () => {
  it('gives the same as the whole text at once, however it is cut', () => {
    const pool = ['hunter2-hunter2', 'hunter2-hunter3!', 'ünïcödé-secret', '2-hunter3!xxxxxx'];
    const piece = fc.oneof(
      fc.constantFrom(...pool, 'hunter', '2-h', 'hunter2-hunter'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(40)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const redactor = redactorOf(...pool);
        const stream = redactor.stream();
        let out = '';
        let at = 0;
        for (const cut of cuts) {
          out += stream.write(bytes.subarray(at, at + cut));
          at = Math.min(bytes.length, at + cut);
        }
        out += stream.write(bytes.subarray(at)) + stream.end();
        expect(out).toBe(redactor.redactText(bytes.toString()));
      }),
      { numRuns: 1000 },
    );
  });

  it('shows at once what cannot be the beginning of a secret', () => {
    const stream = redactorOf('hunter2-hunter2').stream();
    expect(stream.write('a prompt> ')).toBe('a prompt> ');
    expect(stream.write('hunt')).toBe('');
    expect(stream.write('ing')).toBe('hunting');
  });

  it('hides a secret that was registered while its first half was held back or still to come', () => {
    const redactor = redactorOf('another-secret');
    const stream = redactor.stream();
    stream.write('x');
    redactor.add('late-secret');
    expect(stream.write('late-secret.') + stream.end()).toBe(`${MASK}.`);
  });
});

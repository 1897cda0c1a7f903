import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

/** Has everything that any writer escapes. */
const SECRET = `p@ss/w+rd=é<a>&'x y"~$:;,!`;

const hiding = (secret: string) => {
  const redactor = createRedactor();
  redactor.add(secret);
  return redactor;
};

describe('a secret in a URL', () => {
  // Bug caught: a password in the address of a database, written by anything but JavaScript.
  it.each([
    ['encodeURIComponent', encodeURIComponent(SECRET)],
    ['encodeURI', encodeURI(SECRET)],
    ['URLSearchParams', new URLSearchParams({ v: SECRET }).toString().slice(2)],
    ['Python’s quote', 'p%40ss/w%2Brd%3D%C3%A9%3Ca%3E%26%27x%20y%22~%24%3A%3B%2C%21'],
    ['Python’s quote_plus', 'p%40ss%2Fw%2Brd%3D%C3%A9%3Ca%3E%26%27x+y%22~%24%3A%3B%2C%21'],
    ['PHP’s rawurlencode', 'p%40ss%2Fw%2Brd%3D%C3%A9%3Ca%3E%26%27x%20y%22~%24%3A%3B%2C%21'],
    ['Go’s url.UserPassword', 'p%40ss%2Fw+rd=%C3%A9%3Ca%3E&%27x%20y%22~$%3A;,%21'],
    ['Go’s url.PathEscape', 'p@ss%2Fw+rd=%C3%A9%3Ca%3E&%27x%20y%22~$:%3B%2C%21'],
    ['small letters', 'p%40ss%2fw%2brd%3d%c3%a9%3ca%3e%26%27x%20y%22~%24%3a%3b%2c%21'],
  ])('is hidden as %s writes it', (_, written) => {
    expect(hiding(SECRET).redactText(`to ${written} now`)).toBe('to *** now');
  });

  it('is hidden as the parser of browsers and of Node writes it, wherever it stands', () => {
    const chars = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 24 });
    fc.assert(
      fc.property(
        chars.filter((text) => text.trim() === text && !/[\p{Surrogate}\p{Cc}]/u.test(text)),
        (secret) => {
          const url = new URL('https://u@host/');
          url.password = secret;
          const { redactText } = hiding(secret);
          expect(redactText(`x ${url.password} y`)).toBe('x *** y');
          url.search = `?v=x${secret.replaceAll('#', '')}`;
          const plain = hiding(secret.replaceAll('#', ''));
          if (secret.includes('#')) return;
          expect(plain.redactText(url.search)).toBe('?v=x***');
        },
      ),
    );
  });
});

describe('a secret in JSON', () => {
  // Bug caught: a program that logs JSON, written in anything but JavaScript.
  it.each([
    ['JavaScript', `p@ss/w+rd=é<a>&'x y\\"~$:;,!`],
    ['Python', `p@ss/w+rd=\\u00e9<a>&'x y\\"~$:;,!`],
    ['Go', `p@ss/w+rd=é\\u003ca\\u003e\\u0026'x y\\"~$:;,!`],
    ['PHP', `p@ss\\/w+rd=\\u00e9<a>&'x y\\"~$:;,!`],
    ['PHP with plain Unicode', `p@ss\\/w+rd=é<a>&'x y\\"~$:;,!`],
    ['Jackson in ASCII', `p@ss/w+rd=\\u00E9<a>&'x y\\"~$:;,!`],
    ['Gson', `p@ss/w+rd\\u003dé\\u003ca\\u003e\\u0026\\u0027x y\\"~$:;,!`],
    ['.NET', `p@ss/w\\u002Brd=\\u00E9\\u003Ca\\u003E\\u0026\\u0027x y\\u0022~$:;,!`],
    ['JSON in JSON', `p@ss/w+rd=é<a>&'x y\\\\\\"~$:;,!`],
    ['Go’s JSON in JSON', `p@ss/w+rd=é\\\\u003ca\\\\u003e\\\\u0026'x y\\\\\\"~$:;,!`],
  ])('is hidden as %s writes it', (_, written) => {
    expect(hiding(SECRET).redactText(`{"v": "${written}"}`)).toBe('{"v": "***"}');
  });

  it('is hidden as Perl writes it, which is on every Debian', () => {
    const code = 'use JSON::PP; binmode STDIN; local $/; my $v = <STDIN>; utf8::decode($v);';
    for (const how of ['->ascii', '->latin1', '']) {
      const options = { input: SECRET, encoding: 'utf8' as const };
      const args = [
        '-e',
        `${code} binmode STDOUT, ":utf8"; print JSON::PP->new${how}->encode([$v])`,
      ];
      const written = execFileSync('perl', args, options);
      expect(hiding(SECRET).redactText(written)).toBe('["***"]');
    }
  });
});

describe('a secret of plain letters', () => {
  it('has no more forms than before: each costs time in every text', async () => {
    const { secretForms } = await import('./redactforms.ts');
    // Plain, three alignments of base64, two of hexadecimal.
    expect(secretForms('abcdefghijkl')).toHaveLength(6);
  });
});

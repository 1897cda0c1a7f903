import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { celFunctions } from './cel.ts';
import { expressionFunctions, renamed } from './cel-functions.ts';
import { anyJson, called, failure, give, text } from './functions.testing.ts';

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
  minLength: 1,
  maxLength: 8,
});

describe('texts and bytes', () => {
  test('JSON comes back as it went, whatever it holds', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(give('toJson(inputs.v)', { v: value })).toBe(JSON.stringify(value));
        expect(give('json(inputs.v)', { v: value })).toBe(JSON.stringify(value));
        expect(give('fromJson(toJson(inputs.v))', { v: value })).toEqual(value);
      }),
    );
  });

  test('base64 is that of the UTF-8 bytes, and comes back', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(give('base64Encode(inputs.t)', { t })).toBe(Buffer.from(t).toString('base64'));
        expect(give('base64Decode(base64Encode(inputs.t))', { t })).toBe(t);
      }),
    );
  });

  test('a percent-encoded component comes back, and cannot end its part of an address', () => {
    fc.assert(
      fc.property(text, (t) => {
        const encoded = give('urlEncode(inputs.t)', { t }) as string;
        expect(encoded).not.toMatch(/[/?#&=\s]/);
        expect(give('urlDecode(inputs.t)', { t: encoded })).toBe(t);
        expect(new URLSearchParams(`a=${encoded}`).get('a')).toBe(t);
      }),
    );
  });

  test('sha256 is that of the UTF-8 bytes, in hex', () => {
    fc.assert(
      fc.property(text, (t) => {
        const expected = createHash('sha256').update(t, 'utf8').digest('hex');
        expect(give('sha256(inputs.t)', { t })).toBe(expected);
      }),
    );
    expect(give('sha256("abc")')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  test('replace takes its texts as they are: no patterns, no $1', () => {
    fc.assert(
      fc.property(text, text, text, (t, from, to) => {
        const inputs = { t, from, to };
        expect(give('inputs.t.replace(inputs.from, inputs.to)', inputs)).toBe(
          t.split(from).join(to),
        );
      }),
    );
    expect(give('"a.b.c".replace(".", "$&$1")')).toBe('a$&$1b$&$1c');
  });

  test('split and join undo one another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', ' ', '') }), { minLength: 1 }),
        (l) => {
          expect(give('inputs.l.join(",").split(",")', { l })).toEqual(l);
          expect(give('inputs.l.join()', { l })).toBe(l.join(''));
        },
      ),
    );
  });

  test('lines are lines on every system, with or without an end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', ' ', 'é') }), { minLength: 1 }),
        (lines) => {
          for (const end of ['\n', '\r\n']) {
            expect(give('inputs.t.lines()', { t: lines.join(end) + end })).toEqual(lines);
            if (lines.at(-1) !== '')
              expect(give('inputs.t.lines()', { t: lines.join(end) })).toEqual(lines);
          }
        },
      ),
    );
  });

  test.each<[string, Json]>([
    ['"  a b ".trim()', 'a b'],
    ['"abc".charAt(1)', 'b'],
    ['"abc".charAt(3)', ''],
    ['"héllo".substring(1, 3)', 'él'],
    ['"héllo".substring(3)', 'lo'],
    ['"a-b-a".indexOf("a")', 0],
    ['"a-b-a".indexOf("x")', -1],
    ['"a-b-a".lastIndexOf("a")', 4],
    ['"AbÉ".lowerAscii()', 'abÉ'],
    ['"abé".upperAscii()', 'ABé'],
    ['"abc".reverse()', 'cba'],
    // By characters, not by halves of one.
    ['"a😀".reverse()', '😀a'],
    ['"ab12".matches("[a-z]+[0-9]+")', true],
    ['"ab".matches("^b")', false],
    ['size("😀")', 1],
    // A half of a character is no text: what comes after could not even be written to a file.
    ['"😀b".substring(1)', 'b'],
    ['"😀b".substring(0, 1)', '😀'],
    ['"a😀b".indexOf("b")', 2],
    ['"a😀b😀".lastIndexOf("😀")', 3],
    ['"😀b😀b".indexOf("b", 2)', 3],
    ['"😀b😀b".lastIndexOf("b", 2)', 1],
    ['"😀b".charAt(0)', '😀'],
    ['"😀b".charAt(1)', 'b'],
    ['"😀b".charAt(2)', ''],
  ])('%s is %j', (expression, expected) => {
    expect(give(expression)).toEqual(expected);
  });

  test.each([
    ['"abc".charAt(4)', 'outside the text'],
    ['"abc".charAt(-1)', 'outside the text'],
    ['fromJson("{")', 'not JSON'],
    ['urlDecode("%")', 'URI'],
    ['"a".matches("(")', ''],
    [`"a".matches("${'a'.repeat(1001)}")`, '1000 characters'],
    ['[1].join()', 'list of strings'],
    ['"abc".substring(4)', 'outside the text'],
    ['"abc".substring(2, 1)', 'outside the text'],
    ['"😀".substring(2)', 'outside the text'],
    ['"abc".indexOf("a", 3)', 'outside the text'],
    ['"abc".lastIndexOf("a", -1)', 'outside the text'],
  ])('%s says what is wrong with it', (expression, words) => {
    const error = failure(expression);
    expect(error.code).toBe('expression.failed');
    expect(error.message).toContain(words);
    expect(error.details).toMatchObject({ retryable: false });
  });
});

describe('lists and maps', () => {
  test('numbers are sorted by size and strings by code unit, and the list itself is left alone', () => {
    fc.assert(
      fc.property(numbers, (l) => {
        const sorted = l.toSorted((a, b) => a - b);
        expect(give('inputs.l.sort()', { l })).toEqual(sorted);
        expect(give('inputs.l.min()', { l })).toBe(sorted[0]);
        expect(give('inputs.l.max()', { l })).toBe(sorted.at(-1));
        expect(give('[inputs.l.sort(), inputs.l][1]', { l })).toEqual(l);
      }),
    );
    fc.assert(
      fc.property(fc.array(text), (l) => {
        // toSorted without a comparison goes by code unit.
        expect(give('inputs.l.sort()', { l })).toEqual(l.toSorted());
      }),
    );
  });

  test('whole and decimal numbers sort together', () => {
    expect(give('[3, 1.5, 2].sort()')).toEqual([1.5, 2, 3]);
    expect(give('[inputs.n, 2].max()', { n: 10 })).toBe(10);
  });

  test('sum adds numbers of both sorts', () => {
    fc.assert(
      fc.property(numbers, (l) => {
        expect(give('inputs.l.sum()', { l })).toBe(l.reduce((a, b) => a + b, 0));
      }),
    );
    expect(give('[1, 2.5].sum()')).toBe(3.5);
    expect(give('[].sum()')).toBe(0);
  });

  test('distinct keeps the first of what is equal as data, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(anyJson, { maxLength: 6 }), (l) => {
        const doubled = [...l, ...l];
        const once = give('inputs.l.distinct()', { l: doubled }) as Json[];
        const keys = once.map((item) => JSON.stringify(item));
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(keys)).toEqual(new Set(l.map((item) => JSON.stringify(item))));
      }),
    );
    expect(give('[1, "1", 1, true].distinct()')).toEqual([1, '1', true]);
  });

  test('slices, ends, order and nesting are those of JavaScript’s own lists', () => {
    const index = fc.integer({ min: -10, max: 10 });
    fc.assert(
      fc.property(
        fc.array(anyJson, { minLength: 1, maxLength: 6 }),
        index,
        index,
        (l, from, to) => {
          expect(give(`inputs.l.slice(${from}, ${to})`, { l })).toEqual(l.slice(from, to));
          expect(give('inputs.l.first()', { l })).toEqual(l[0]);
          expect(give('inputs.l.last()', { l })).toEqual(l.at(-1));
          expect(give('inputs.l.reverse()', { l })).toEqual(l.toReversed());
          expect(give('inputs.l.flatten()', { l })).toEqual(l.flat());
        },
      ),
    );
  });

  test('keys and values of a map stand in the same order', () => {
    const key = fc.string().filter((k) => k !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(key, anyJson), (given) => {
        const m = JSON.parse(JSON.stringify(given)) as Record<string, Json>;
        expect(give('keys(inputs.m)', { m })).toEqual(Object.keys(m));
        expect(give('values(inputs.m)', { m })).toEqual(Object.values(m));
      }),
    );
  });

  test.each([
    ['[].first()', 'empty'],
    ['[].last()', 'empty'],
    ['[].min()', 'empty'],
    ['[].max()', 'empty'],
    ['[1, "a"].sort()', 'sorted or compared'],
    ['[[1], [2]].max()', 'sorted or compared'],
    ['["a"].sum()', 'need numbers'],
  ])('%s says what is wrong with it', (expression, words) => {
    expect(failure(expression).message).toContain(words);
  });
});

describe('rounding', () => {
  test.each([
    ['round(10 * (1.0 + 0.19), 2)', 11.9],
    ['round(0.1 + 0.2, 10)', 0.3],
    // The nearest binary fractions lie below these.
    ['round(1.005, 2)', 1.01],
    ['round(8.345, 2)', 8.35],
    ['round(2.5, 0)', 3],
    ['round(-2.5, 0)', -3],
    ['round(-1.005, 2)', -1.01],
    ['round(7, 2)', 7],
    ['round(123456789.987654, 3)', 123456789.988],
    ['round(1e-7, 7)', 1e-7],
    ['round(1e-7, 6)', 0],
    ['round(1.5e300, 2)', 1.5e300],
    ['round(9007199254740991.0, 2)', 9007199254740991],
  ])('%s is %j', (expression, expected) => {
    expect(give(expression)).toBe(expected);
  });

  test('what has so many places already stays, and nothing moves by more than half of the last', () => {
    const cents = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(cents, (n) => {
        expect(give('round(inputs.x, 2)', { x: n / 100 })).toBe(n / 100);
      }),
    );
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (x, places) => {
          const rounded = give(`round(inputs.x, ${places})`, { x }) as number;
          expect(Math.abs(rounded - x)).toBeLessThanOrEqual(0.5 * 10 ** -places * 1.000001);
        },
      ),
    );
  });

  test.each([
    ['round(1.5, -1)', 'decimal places'],
    ['round(1.5, 16)', 'decimal places'],
    ['round("1.5", 1)', 'need numbers'],
  ])('%s says what is wrong with it', (expression, words) => {
    expect(failure(expression).message).toContain(words);
  });
});

test('every function has been called here, so that none is only listed', () => {
  const names = expressionFunctions.map(({ signature }) => /(\w+)\(/.exec(signature)![1]!);
  // Those that are chained come second in a text and are named by hand.
  for (const name of ['charAt', 'first', 'last', 'reverse', 'flatten', 'slice', 'lines'])
    called.add(name);
  expect(names.filter((name) => !called.has(name))).toEqual([]);
  const listed = new Set(celFunctions().map(({ name }) => name));
  for (const name of names) expect(listed.has(name), name).toBe(true);
  for (const name of renamed.values()) expect(listed.has(name), name).toBe(false);
  for (const { description } of expressionFunctions) expect(description).toMatch(/^[A-Z].*\.$/);
});

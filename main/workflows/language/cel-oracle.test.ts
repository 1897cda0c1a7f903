import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from './expression.ts';
import { scopeOf } from './testing/scope.ts';

const env = celEnv();
const NO_STEPS = new Set<string>();

/** What came of an evaluation, as far as two implementations can be compared: JSON, or `error`. */
function outcome(evaluate: () => unknown): string {
  const plain = (v: unknown): unknown => {
    if (typeof v === 'bigint') return Number(v);
    if (typeof v !== 'object' || v === null) return v;
    if (v instanceof Uint8Array) return Buffer.from(v).toString('base64');
    if (Symbol.iterator in v) return Array.from(v as Iterable<unknown>, plain);
    return v;
  };
  try {
    const result = evaluate();
    return isCelError(result) ? 'error' : JSON.stringify(plain(result));
  } catch {
    return 'error';
  }
}
const theirs = (text: string, within = env) => outcome(() => plan(within, parse(text))({}));
const ours = (text: string) =>
  outcome(() => compileExpression(text, NO_STEPS).evaluate(scopeOf({})));

function agree(text: string): void {
  expect(ours(text), text).toBe(theirs(text));
}

const double = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  .map((n) => (Number.isInteger(n) ? `${n}.0` : String(n)))
  .filter((s) => !s.includes('e'));
const small = fc.integer({ min: -50, max: 50 });
const two = (n: number) => String(n).padStart(2, '0');
const stamp = fc
  .tuple(
    fc.integer({ min: 1971, max: 2099 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
  )
  .map(
    ([y, mo, d, h, mi, s]) =>
      `timestamp("${y}-${two(mo)}-${two(d)}T${two(h)}:${two(mi)}:${two(s)}Z")`,
  );
const duration = fc
  .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom('s', 'm', 'h'))
  .map(([n, unit]) => `duration("${n}${unit}")`);

describe('agrees with another implementation of CEL', () => {
  test('on decimal numbers: arithmetic, order, conversion', () => {
    const expression = fc.oneof(
      fc.tuple(double, fc.constantFrom('+', '-', '*'), double).map((p) => p.join(' ')),
      fc
        .tuple(double, fc.constantFrom('<', '<=', '==', '!=', '>', '>='), double)
        .map((p) => p.join(' ')),
      double.map((n) => `int(${n})`),
      double.map((n) => `-(${n})`),
      small.map((n) => `double(${n})`),
      fc.tuple(small, fc.constantFrom('<', '<=', '>', '>='), double).map((p) => p.join(' ')),
      double.map((n) => `double("${n}")`),
    );
    fc.assert(fc.property(expression, agree), { numRuns: 2000 });
  });

  test('on texts that become numbers, or do not', () => {
    const word = fc.oneof(
      small.map(String),
      // Not of blanks alone, which that one takes for 0, and not 0x1, which it reads.
      fc.string({
        unit: fc.constantFrom('1', '0', '-', '.', 'e'),
        minLength: 1,
        maxLength: 4,
      }),
    );
    const expression = fc
      .tuple(fc.constantFrom('int', 'bool'), word)
      .map(([f, w]) => `${f}("${w}")`);
    fc.assert(fc.property(expression, agree), { numRuns: 1000 });
  });

  test('on points in time: their parts, what lies between them, their order', () => {
    const part = fc.constantFrom(
      'getFullYear',
      'getMonth',
      'getDate',
      'getDayOfMonth',
      'getDayOfWeek',
      'getDayOfYear',
      'getHours',
      'getMinutes',
      'getSeconds',
    );
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
    const expression = fc.oneof(
      fc.tuple(stamp, part).map(([t, f]) => `${t}.${f}()`),
      // The day of the year is asked in times.test.ts: that one goes by the zone of this machine.
      fc
        .tuple(stamp, part, zone)
        .filter(([, f]) => f !== 'getDayOfYear')
        .map(([t, f, z]) => `${t}.${f}("${z}")`),
      fc.tuple(stamp, fc.constantFrom('<', '<=', '==', '!=', '>'), stamp).map((p) => p.join(' ')),
      fc.tuple(stamp, stamp).map(([a, b]) => `(${a} - ${b}) < duration("1h")`),
      fc
        .tuple(stamp, fc.constantFrom('+', '-'), duration, stamp)
        .map(([a, o, d, b]) => `${a} ${o} ${d} > ${b}`),
      fc.tuple(stamp).map(([t]) => `int(${t})`),
    );
    fc.assert(fc.property(expression, agree), { numRuns: 1500 });
  });

  test('on spans of time', () => {
    const part = fc.constantFrom('getHours', 'getMinutes', 'getSeconds');
    const expression = fc.oneof(
      fc.tuple(duration, part).map(([d, f]) => `${d}.${f}()`),
      fc
        .tuple(duration, fc.constantFrom('+', '-'), duration, part)
        .map(([a, o, b, f]) => `(${a} ${o} ${b}).${f}()`),
      fc.tuple(duration, fc.constantFrom('<', '==', '>'), duration).map((p) => p.join(' ')),
    );
    fc.assert(fc.property(expression, agree), { numRuns: 1000 });
  });

  test('on maps: keys that are there and that are not, nested and of other types', () => {
    const key = fc.constantFrom('"a"', '"b"', '"c"');
    const map = fc
      .uniqueArray(fc.tuple(key, small), { selector: ([k]) => k, minLength: 1, maxLength: 3 })
      .map((entries) => `{${entries.map(([k, v]) => `${k}: ${v}`).join(', ')}}`);
    const expression = fc.oneof(
      fc.tuple(key, map).map(([k, m]) => `${k} in ${m}`),
      fc.tuple(map, key).map(([m, k]) => `${m}[${k}]`),
      map.map((m) => `${m}.a`),
      map.map((m) => `size(${m})`),
      fc.tuple(map, map).map(([a, b]) => `${a} == ${b}`),
      fc.tuple(map, small).map(([m, n]) => `${m}.all(k, ${m}[k] > ${n})`),
      fc.tuple(map, small).map(([m, n]) => `${m}.exists(k, ${m}[k] == ${n})`),
    );
    fc.assert(fc.property(expression, agree), { numRuns: 1500 });
  });

  test('on an error that an “and” or an “or” need not look at', () => {
    const bool = fc.constantFrom(
      'true',
      'false',
      '(1 / 0 == 1)',
      '([1][5] == 1)',
      '({"a": 1}["b"] == 1)',
    );
    const expression = fc
      .tuple(bool, fc.constantFrom('&&', '||'), bool, fc.constantFrom('&&', '||'), bool)
      .map((p) => p.join(' '));
    fc.assert(fc.property(expression, agree), { numRuns: 500 });
  });

  test.each([
    String.raw`"a\nb\t\"\\"`,
    String.raw`'it\'s'`,
    String.raw`"\u00e9\U0001F600\x41\101"`,
    String.raw`r"\n"`,
    `"""three "quotes" in it"""`,
    '"a" + "b" == "ab"',
    '"é".size()',
    '[1, 2] + [3]',
    '[1, [2, 3]][1][0]',
    '[[1], [2]] == [[1], [2]]',
    '1 in [1, 2] && !(3 in [1, 2])',
    '[1, 2, 3].exists_one(x, x > 2)',
    '[1, 2, 3].map(x, x > 1, x * 2)',
    '7 / 2',
    '-7 / 2',
    '-7 % 3',
    '7 % -3',
    '1 / 0',
    '1 % 0',
    '9223372036854775807 + 1',
    '-9223372036854775808 - 1',
    '0x1F',
    '"1" == "1"',
    'true ? 1 : 2',
    'false || true && false',
    '!true || !false',
    '"abc" < "abd"',
    '"Z" < "a"',
    '"" == ""',
    'null == null',
    '[] == []',
    '{} == {}',
    '{"a": 1, "b": 2} == {"b": 2, "a": 1}',
    'string(1)',
    'string(true)',
    'string(-5)',
    'int("12")',
    'int(12.9)',
    'int(-12.9)',
    'double("1.5")',
    'bool("true")',
    'size("abc") + size([1, 2])',
    '"abc".startsWith("ab") && "abc".endsWith("bc") && "abc".contains("b")',
    'duration("90s") == duration("1m30s")',
    'duration("1.5s").getMilliseconds()',
    'timestamp("2026-02-28T23:59:59Z") + duration("1s") == timestamp("2026-03-01T00:00:00Z")',
    'timestamp("2026-03-29T00:30:00Z").getHours("Europe/Berlin")',
    'timestamp("2026-03-29T01:30:00Z").getHours("Europe/Berlin")',
    'timestamp("2024-12-31T12:00:00Z").getDayOfYear()',
    'timestamp("2026-01-01T00:00:00+02:00").getFullYear()',
    'timestamp("2026-02-30T00:00:00Z")',
    'timestamp("yesterday")',
    'duration("soon")',
  ])('on %s', agree);
});

describe('another implementation of CEL’s strings', () => {
  const withStrings = celEnv({ funcs: strings });

  test('agrees on every text without characters beyond U+FFFF, values and errors alike', () => {
    const piece = fc
      .string({ unit: fc.constantFrom('a', 'b', 'B', 'é', 'É', '-', ' ', '.'), maxLength: 6 })
      .map((s) => JSON.stringify(s));
    const filled = piece.filter((s) => s !== '""');
    const at = fc.integer({ min: -2, max: 8 });
    const call = fc.oneof(
      fc.tuple(piece, at).map(([t, i]) => `${t}.charAt(${i})`),
      fc.tuple(piece, at).map(([t, i]) => `${t}.substring(${i})`),
      fc.tuple(piece, at, at).map(([t, i, j]) => `${t}.substring(${i}, ${j})`),
      fc.tuple(piece, piece).map(([t, u]) => `${t}.indexOf(${u})`),
      fc.tuple(piece, filled, at).map(([t, u, i]) => `${t}.indexOf(${u}, ${i})`),
      fc.tuple(piece, piece).map(([t, u]) => `${t}.lastIndexOf(${u})`),
      fc.tuple(piece, filled, at).map(([t, u, i]) => `${t}.lastIndexOf(${u}, ${i})`),
      fc.tuple(piece, filled, piece).map(([t, u, v]) => `${t}.replace(${u}, ${v})`),
      fc.tuple(piece, filled).map(([t, u]) => `${t}.split(${u})`),
      piece.map((t) => `${t}.lowerAscii()`),
      piece.map((t) => `${t}.upperAscii()`),
      piece.map((t) => `${t}.trim()`),
      fc.tuple(fc.array(piece), piece).map(([l, u]) => `[${l.join(', ')}].join(${u})`),
    );
    fc.assert(
      fc.property(call, (expression) => {
        // Its empty list has another static type.
        fc.pre(!expression.startsWith('[]'));
        expect(ours(expression), expression).toBe(theirs(expression, withStrings));
      }),
      { numRuns: 3000 },
    );
  });
});

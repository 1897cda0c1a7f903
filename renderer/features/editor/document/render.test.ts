import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isScalar, parse, parseDocument, Scalar } from 'yaml';
import type { Json } from '#contract/common.ts';
import { keyOrder, placeForKey } from './keyOrder.ts';
import { renderAfterDash, renderAfterKey, renderFlow, renderKey } from './render.ts';
import { same } from './same.ts';

// Hundreds of random files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

// What YAML reads as something else, or cuts, folds or takes for syntax.
const tricky = fc.constantFrom<Json>(
  '',
  ' ',
  'true',
  'No',
  'null',
  '~',
  '0755',
  '1_000',
  '.5',
  '1e3',
  '0x1f',
  '12:30:45',
  '2026-03-01',
  '- x',
  '? x',
  'a: b',
  'a:',
  ': a',
  '# no',
  'a # b',
  '[a',
  '{a: b}',
  'a, b',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '"',
  "it's",
  '\\',
  '| x',
  '>',
  '---',
  '...',
  'a\nb',
  'a\n\nb\n',
  '\n',
  '\na',
  '  indented\n',
  'a\n  b\n',
  'trailing \n',
  'tab\there',
  '\u0000',
  '\u001b[31m',
  '\u2028',
  '\r\n',
  '${{ inputs.x }}',
  '${{ steps[\'a-b\'].x == "y" }}',
  '<<',
  '=',
  '😀 漢',
  -0.5,
  1e21,
  0,
  false,
  null,
);
const value: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tricky,
    fc.string(),
    fc.integer(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('a b', '- x', '1', 'true', '#', ''), fc.string()),
      tie('any'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ) as fc.Arbitrary<Json>,
})).any;
const column = fc.constantFrom(0, 2, 4, 7);
const plain = (json: Json) => JSON.parse(JSON.stringify(json)) as Json;

describe('writing a value', () => {
  it('behind a key reads back as the value, at every depth', () => {
    fc.assert(
      fc.property(value, column, (given, indent) => {
        const pad = ' '.repeat(indent);
        const lead = indent === 0 ? '' : `${'x:\n'}`;
        const text = `${lead}${pad}key:${renderAfterKey(given, indent)}\n${pad}next: 1\n`;
        const read = parse(text) as { [key: string]: Json };
        const map = (indent === 0 ? read : read['x']) as { [key: string]: Json };
        expect(map).toEqual({ key: plain(given), next: 1 });
      }),
      { numRuns: 1_000 },
    );
  });

  it('behind a dash reads back as the value, and the next item as the next', () => {
    fc.assert(
      fc.property(value, column, (given, indent) => {
        const pad = ' '.repeat(indent);
        const lead = indent === 0 ? '' : 'x:\n';
        const read = parse(
          `${lead}${pad}-${renderAfterDash(given, indent)}\n${pad}- end\n`,
        ) as Json;
        const list = indent === 0 ? read : (read as { x: Json }).x;
        expect(list).toEqual([plain(given), 'end']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('inside brackets stands on one line and reads back as the value', () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = renderFlow(given);
        expect(text).not.toContain('\n');
        expect(parse(`[${text}, end]`)).toEqual([plain(given), 'end']);
        expect(parse(`{a: ${text}, b: end}`)).toEqual({ a: plain(given), b: 'end' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('a key reads back as the key, whatever it is called', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          tricky.filter((one) => typeof one === 'string'),
          fc.string(),
        ),
        (key) => {
          const written = renderKey(key as string);
          if (written.includes('\n')) return;
          expect(parse(`${written}: 1\n`)).toEqual({ [key as string]: 1 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends without a line ending of its own, so that no empty line is left behind', () => {
    fc.assert(
      fc.property(value, (given) => {
        fc.pre(typeof given !== 'string');
        expect(renderAfterKey(given, 0).endsWith('\n')).toBe(false);
        expect(renderAfterDash(given, 0).endsWith('\n')).toBe(false);
      }),
    );
  });

  it('lines of a script stand as lines, and never with their line ends spelled out', () => {
    expect(renderAfterKey('a\nb\n', 2)).toBe(' |\n    a\n    b');
    expect(renderAfterKey('one line', 2)).toBe(' one line');
    expect(renderAfterKey(['a', 'b'], 0)).toBe(' [a, b]');
    expect(renderAfterKey({}, 0)).toBe(' {}');
    expect(renderAfterKey([], 0)).toBe(' []');
  });

  it('a list of sentences or of maps stands in lines, a short one of words in brackets', () => {
    expect(renderAfterKey(['a b', 'c'], 0)).toBe('\n  - a b\n  - c');
    expect(renderAfterKey([{ a: 1 }], 0)).toBe('\n  - a: 1');
    const many = Array.from({ length: 30 }, (_, at) => `word${at}`);
    expect(renderAfterKey(many, 0)).toContain('\n  - word29');
  });
});

describe('the way a value was written', () => {
  const style = (text: string) => {
    const node = parseDocument(`k: ${text}\n`).get('k', true);
    if (!isScalar(node)) throw new Error(text);
    return node;
  };

  it.each([
    ['"old"', 'new', ' "new"'],
    ["'old'", 'new', " 'new'"],
    ["'old'", "it's", " 'it''s'"],
    ['old', 'new', ' new'],
    ['|\n  old', 'new\n', ' |\n  new'],
    ['>-\n  old', 'new', ' >-\n  new'],
    ['"old"', 5, ' 5'],
    ['"old"', 'a\nb\n', ' |\n  a\nb'],
  ] as [string, Json, string][])('%j becomes %j in the same style', (old, next, written) => {
    expect(renderAfterKey(next, 0, style(old)).replace(/\n {2}b/, '\nb')).toBe(written);
  });

  it('is kept only where the value can be written so: it reads back in any style', () => {
    const styles = fc.constantFrom('"x"', "'x'", 'x', '|\n  x\n', '>\n  x\n', '|-\n  x', '>-\n  x');
    fc.assert(
      fc.property(value, styles, (given, old) => {
        expect(parse(`k:${renderAfterKey(given, 0, style(old))}\n`)).toEqual({ k: plain(given) });
        expect(parse(`[${renderFlow(given, style(old))}]`)).toEqual([plain(given)]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the comment of a block stays at its head', () => {
    const node = style('| # why\n  old\n');
    expect(node.type).toBe(Scalar.BLOCK_LITERAL);
    expect(renderAfterKey('new\n', 0, node)).toBe(' | # why\n  new');
  });
});

describe('equality of values', () => {
  it('is that of their JSON, whatever the order of keys', () => {
    const shuffled = (json: Json): Json => {
      if (Array.isArray(json)) return json.map(shuffled);
      if (typeof json !== 'object' || json === null) return json;
      return Object.fromEntries(
        Object.entries(json)
          .toReversed()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(value, (given) => {
        expect(same(given, shuffled(plain(given)))).toBe(true);
        expect(same([given], given)).toBe(false);
        expect(same({ a: given }, { a: given, b: 1 })).toBe(false);
        expect(same({ a: given, b: 1 }, { a: given, c: 1 })).toBe(false);
      }),
    );
  });

  it('null, nothing, a list and a map are four things', () => {
    const all = [null, undefined, [], {}, '', 0, false];
    for (const [at, one] of all.entries())
      for (const [to, other] of all.entries()) expect(same(one, other)).toBe(at === to);
  });

  it('what every object has by itself is no key of it', () => {
    expect(same({ toString: 1 }, {})).toBe(false);
    expect(same({ a: 1 }, { constructor: 1 })).toBe(false);
  });
});

describe('where a new key goes', () => {
  it('after those that people write before it', () => {
    const place = (present: string[], key: string) => placeForKey(['steps', 0], present, key);
    expect(place(['id', 'uses', 'with'], 'needs')).toBe(1);
    expect(place(['id', 'uses', 'with'], 'timeout')).toBe(2);
    expect(place(['uses', 'with'], 'id')).toBe(-1);
    expect(place(['id', 'uses'], 'own-key')).toBe(1);
  });

  it('a file in an order of its own keeps it: the new key goes behind what comes before it', () => {
    const place = (present: string[], key: string) => placeForKey([], present, key);
    expect(place(['steps', 'name'], 'on')).toBe(1);
    expect(place(['steps'], 'name')).toBe(0);
    expect(place([], 'name')).toBe(-1);
  });

  it('elsewhere than in steps and at the top there is no custom: it goes last', () => {
    expect(keyOrder(['steps', 0, 'with'])).toEqual([]);
    expect(placeForKey(['steps', 0, 'with'], ['a', 'b'], 'id')).toBe(1);
    expect(placeForKey(['env'], ['a', null, 'b'], 'c')).toBe(2);
  });

  it('is always a place that there is', () => {
    const keys = fc.array(fc.constantFrom(...keyOrder(['steps', 0]), 'own', 'x'), { maxLength: 6 });
    const path = fc.constantFrom<(string | number)[]>([], ['steps', 0], ['on_failure', 2], ['env']);
    fc.assert(
      fc.property(
        path,
        keys,
        fc.constantFrom(...keyOrder([]), 'id', 'uses', 'own'),
        (at, present, key) => {
          const place = placeForKey(at, present, key);
          expect(place).toBeGreaterThanOrEqual(-1);
          expect(place).toBeLessThan(Math.max(present.length, 1));
        },
      ),
    );
  });
});

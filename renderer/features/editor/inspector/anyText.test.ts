import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { readAny, writeAny } from './anyText.ts';

const scalar = fc.oneof(
  fc.constantFrom<Json>(
    '1.10',
    'true',
    'null',
    '~',
    '',
    ' ',
    '# no comment',
    'a # b',
    'key: value',
    '- item',
    '[1',
    '{',
    '"quoted"',
    "it's",
    'two\nlines',
    'end\n',
    'end\n\n\n',
    '\n',
    '\tx',
    'a\r\nb',
    '${{ inputs.x }}',
    'Total: ${{ n }}',
    '[a, "${{ b }}"]',
    '"${{ a }}"',
    "'${{ a }}' and ${{ b }}",
    '${{ a }}\n${{ b }}',
    '*alias',
    '&anchor x',
    '!tag x',
    '---',
    '%YAML',
    '@at',
    '`tick',
  ),
  fc.string({ maxLength: 10 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ all: Json }>((tie) => ({
  all: fc.oneof(
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('all'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .dictionary(
          fc.oneof(fc.constantFrom('user', 'a b', '#'), fc.string({ maxLength: 4 })),
          tie('all'),
          {
            maxKeys: 3,
          },
        )
        .map((map) => JSON.parse(JSON.stringify(map)) as Json),
    },
  ),
})).all;

describe('any value as it is typed', () => {
  it('shown and read again is the same value', () => {
    // Bug caught: the text "1.10" is shown without quotes, and with the next letter it is a number.
    fc.assert(
      fc.property(value, (each) => {
        // An empty text is an empty field, ready to be typed in.
        expect(readAny(writeAny(each), each)).toEqual(each === '' ? undefined : each);
      }),
      { numRuns: 1500 },
    );
  });

  it.each<[string, Json]>([
    ['plain words', 'plain words'],
    ['1.10', "'1.10'"],
    ['key: value', "'key: value'"],
    ['${{ inputs.x }}', '${{ inputs.x }}'],
    ['Total: ${{ n }}', 'Total: ${{ n }}'],
    ['two\nlines', '|-\ntwo\nlines'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(writeAny(text).replaceAll('"', "'")).toBe(shown);
  });

  it.each<[string, Json | undefined, Json]>([
    ['user: ${{ x }}', { user: 'a' }, { user: '${{ x }}' }],
    ['user: ${{ x }}', undefined, 'user: ${{ x }}'],
    ['user: ${{ x }}', 'user: ${{ y }}', 'user: ${{ x }}'],
    ['[a, "${{ x }}"]', undefined, ['a', '${{ x }}']],
    ['${{ x }}', ['a'], '${{ x }}'],
    ['"${{ x }}"', undefined, '${{ x }}'],
    ['[a, ${{ x', undefined, '[a, ${{ x'],
    ['a: 1\nb: ${{ x }}', undefined, { a: 1, b: '${{ x }}' }],
  ])('%j over %j is %j', (typed, before, meant) => {
    // Bug caught: one letter more in `user: ${{ x }}` makes a text of the map.
    expect(readAny(typed, before)).toEqual(meant);
  });

  it.each(['a: [1', '"open', '- a\nb', '&a [*a]', '*nowhere'])('%j is nothing yet', (typed) => {
    expect(() => readAny(typed, undefined)).toThrow(Error);
  });

  it('whatever is typed is JSON or an error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab1-:[]{}"\'#&*!|> \n$.'.split('')) }),
        (typed) => {
          let read: Json | undefined;
          try {
            read = readAny(typed, undefined);
          } catch {
            return;
          }
          if (read !== undefined) expect(JSON.parse(JSON.stringify(read))).toEqual(read);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

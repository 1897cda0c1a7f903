import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { captured } from './here.testing.ts';
import { counted, printTable, relative } from './table.ts';

const { isTTY, columns } = process.stdout;
function terminal(width: number | undefined) {
  Object.assign(process.stdout, { isTTY: width !== undefined, columns: width });
}
afterEach(() => Object.assign(process.stdout, { isTTY, columns }));

async function table(head: string[], rows: string[][], empty?: string): Promise<string[]> {
  const { stdout } = await captured(() => printTable(head, rows, empty));
  return stdout.split('\n').slice(0, -1);
}

const cell = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'ü'), maxLength: 60 });
const rowsOf = fc.integer({ min: 1, max: 7 }).chain((width) =>
  fc.tuple(
    fc.constant(width),
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 8,
    }),
  ),
);

describe('printTable', () => {
  it('gives a pipe every cell whole, in columns that stand below each other', async () => {
    terminal(undefined);
    await fc.assert(
      fc.asyncProperty(rowsOf, async ([width, rows]) => {
        const head = Array.from({ length: width }, (_, i) => `c${i}`);
        const lines = await table(head, rows);
        expect(lines).toHaveLength(rows.length + 1);
        const starts = head.map((title) => lines[0]!.indexOf(title.toUpperCase()));
        for (const [index, row] of rows.entries())
          for (const [column, text] of row.entries())
            expect(lines[index + 1]!.slice(starts[column]).startsWith(text)).toBe(true);
      }),
    );
  });

  it('has room on a narrow terminal: wide columns are cut, narrow ones are left alone', async () => {
    // Bug caught: lines that wrap, so that nobody can tell which cell belongs to which row.
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.integer({ min: 20, max: 120 }), async ([width, rows], room) => {
        terminal(room);
        const head = Array.from({ length: width }, (_, i) => `c${i}`);
        const least = 10 * width;
        for (const line of await table(head, rows))
          expect(line.length).toBeLessThanOrEqual(Math.max(room, least));
      }),
    );
    terminal(40);
    expect(await table(['name', 'description'], [['web', 'x'.repeat(100)]])).toEqual([
      'NAME  DESCRIPTION',
      `web   ${'x'.repeat(33)}…`,
    ]);
  });

  it('cuts nothing that has room', async () => {
    terminal(80);
    const row = ['x'.repeat(38), 'y'.repeat(40)];
    expect((await table(['a', 'b'], [row]))[1]).toBe(row.join('  '));
  });

  it('counts colours as nothing', async () => {
    terminal(undefined);
    const red = `\u001b[31mred\u001b[39m`;
    expect(
      await table(
        ['a', 'b'],
        [
          [red, 'x'],
          ['green', 'y'],
        ],
      ),
    ).toEqual(['A      B', `${red}    x`, 'green  y']);
  });

  it('says something where there is nothing, instead of a lone head', async () => {
    expect(await table(['name'], [], 'No hosts yet.')).toEqual(['No hosts yet.']);
    expect(await table(['name'], [])).toEqual(['NAME']);
  });

  it('lets no cell steer the terminal', async () => {
    expect((await table(['a'], [['x\u001b]0;title\u0007y']]))[1]).toBe('x]0;titley');
  });
});

describe('relative', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  it.each([
    ['2026-11-21T12:00:00.400Z', 'now'],
    ['2026-11-21T11:59:59Z', '1 s ago'],
    ['2026-11-21T12:00:59Z', 'in 59 s'],
    ['2026-11-21T11:59:00Z', '1 min ago'],
    ['2026-11-21T13:00:00Z', 'in 1 h'],
    ['2026-11-19T12:00:00Z', '2 d ago'],
    ['2026-11-19T13:00:00Z', '47 h ago'],
    [undefined, '–'],
  ])('%s is %s', (iso, words) => {
    expect(relative(iso, now)).toBe(words);
  });
});

it('counts one secret as one', () => {
  expect([counted(0), counted(1), counted(2)]).toEqual(['0 secrets', '1 secret', '2 secrets']);
});

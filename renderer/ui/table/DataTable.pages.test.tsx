import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerMedia } from '#renderer/testing/media.ts';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { DataTable, type DataTableProps } from './DataTable.tsx';

interface Row {
  name: string;
  size?: number;
}

beforeAll(setupTexts);
beforeAll(giveLayout);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const some = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ name: `row-${index}`, size: index % 7 }));

function table(props: Partial<DataTableProps<Row>> = {}) {
  return (
    <DataTable<Row>
      rows={some(3)}
      rowKey={(row) => row.name}
      label="Things"
      columns={[
        {
          id: 'name',
          header: 'Name',
          width: '1fr',
          cell: (row) => row.name,
          sortValue: (row) => row.name,
        },
        { id: 'size', header: 'Size', width: '80px', cell: (row) => row.size },
      ]}
      card={(row) => <strong>card of {row.name}</strong>}
      {...props}
    />
  );
}

const grid = () => screen.getByRole('grid');
const chosen = () => {
  const id = grid().getAttribute('aria-activedescendant');
  return id === null ? undefined : document.getElementById(id)?.textContent;
};
const key = (name: string) => fireEvent.keyDown(grid(), { key: name });

describe('arrows in a table that has the focus', () => {
  it('move, go to both ends, and stop there', () => {
    // Bug caught: with 300 rows the last one is 300 presses away.
    render(table());
    act(() => grid().focus());
    key('ArrowDown');
    expect(chosen()).toContain('row-0');
    key('End');
    expect(chosen()).toContain('row-2');
    key('ArrowDown');
    expect(chosen()).toContain('row-2');
    key('Home');
    expect(chosen()).toContain('row-0');
    key('ArrowUp');
    expect(chosen()).toContain('row-0');
  });

  it('are left to what stands in a row', () => {
    // Bug caught: in a select of a row the arrows choose another row instead of another value.
    const action = (
      <select aria-label="inside">
        <option>1</option>
      </select>
    );
    render(table({ columns: [{ id: 'a', header: 'A', width: '1fr', cell: () => action }] }));
    const [inside] = screen.getAllByLabelText('inside');
    expect(fireEvent.keyDown(inside as HTMLElement, { key: 'ArrowDown' })).toBe(true);
    expect(grid().getAttribute('aria-activedescendant')).toBeNull();
  });

  it('other keys scroll as they always do', () => {
    render(table());
    expect(key('PageDown')).toBe(true);
    expect(key('ArrowDown')).toBe(false);
  });

  it('wherever they lead, exactly one row that exists is chosen', () => {
    const presses = fc.array(
      fc.constantFrom('ArrowDown', 'ArrowUp', 'Home', 'End', 'j', 'k') as fc.Arbitrary<string>,
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(presses, fc.integer({ min: 1, max: 6 }), (keys, count) => {
        render(table({ rows: some(count) }));
        for (const one of keys) key(one);
        expect(chosen()).toMatch(/^row-\d/);
        cleanup();
      }),
      { numRuns: 40 },
    );
  });
});

describe('a press on a row', () => {
  it('opens it and chooses it for the keys that follow', async () => {
    const onOpen = vi.fn();
    const run = vi.fn();
    render(table({ onOpen, actions: [{ keys: 'r', label: 'Run', run }] }));
    fireEvent.click(screen.getByText('row-1'));
    expect(onOpen).toHaveBeenCalledWith({ name: 'row-1', size: 1 });
    await userEvent.keyboard('r');
    expect(run).toHaveBeenCalledWith({ name: 'row-1', size: 1 });
  });

  it('enter on a button inside presses the button and does not open the row', async () => {
    // Bug caught: enter on "more" of a row opens the row, and the menu cannot be reached by keys.
    const onOpen = vi.fn();
    const press = vi.fn();
    const cell = (row: Row) => (
      <button
        type="button"
        onClick={(event) => {
          event.stopPropagation();
          press(row.name);
        }}
      >
        more {row.name}
      </button>
    );
    render(table({ onOpen, columns: [{ id: 'a', header: 'A', width: '1fr', cell }] }));
    key('ArrowDown');
    act(() => screen.getByRole('button', { name: 'more row-2' }).focus());
    await userEvent.keyboard('{Enter}');
    expect(press).toHaveBeenCalledExactlyOnceWith('row-2');
    expect(onOpen).not.toHaveBeenCalled();
  });
});

describe('a long list', () => {
  it('asks for more when its end comes near, and not before', () => {
    const onEnd = vi.fn();
    const { rerender } = render(table({ rows: some(1_000), onEnd }));
    expect(onEnd).not.toHaveBeenCalled();
    rerender(table({ rows: some(10), onEnd }));
    expect(onEnd).toHaveBeenCalled();
  });

  it('with no rows shows what it was given for that, and asks for nothing', () => {
    const onEnd = vi.fn();
    render(table({ rows: [], onEnd, empty: <p>Nothing matches</p> }));
    expect(screen.getByText('Nothing matches')).toBeTruthy();
    expect(screen.queryByRole('grid')).toBeNull();
    expect(onEnd).not.toHaveBeenCalled();
  });

  it('says how many rows there are when a filter changes them', () => {
    const { rerender } = render(table({ rows: some(300) }));
    expect(screen.getByText('300 rows').getAttribute('aria-live')).toBe('polite');
    rerender(table({ rows: some(1) }));
    expect(screen.getByText('1 row')).toBeTruthy();
  });

  it('numbers its rows as they are sorted, for those who do not see them', () => {
    render(table({ initialSort: { column: 'name', descending: true } }));
    const rows = screen.getAllByRole('row').slice(1);
    expect(rows.map((row) => row.getAttribute('aria-rowindex'))).toEqual(['2', '3', '4']);
    expect(rows[0]?.textContent).toContain('row-2');
  });

  it('a column that cannot be sorted has no button for it', () => {
    render(table());
    expect(screen.getByRole('button', { name: 'Name' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Size' })).toBeNull();
  });
});

describe('choosing several', () => {
  it('says which are chosen, and only where that is possible', () => {
    const { rerender } = render(table({ onSelect: vi.fn(), selected: new Set(['row-1']) }));
    expect(grid().getAttribute('aria-multiselectable')).toBe('true');
    const said = () =>
      screen
        .getAllByRole('row')
        .slice(1)
        .map((row) => row.getAttribute('aria-selected'));
    expect(said()).toEqual(['false', 'true', 'false']);
    rerender(table());
    expect(grid().hasAttribute('aria-multiselectable')).toBe(false);
    expect(said()).toEqual([null, null, null]);
  });
});

describe('in a narrow window', () => {
  beforeEach(() => answerMedia(() => true));

  it('rows are cards, and its headers are only heard', () => {
    render(table());
    expect(screen.getByText('card of row-0')).toBeTruthy();
    expect(screen.queryAllByRole('gridcell')).toHaveLength(3);
    expect(screen.getAllByRole('rowgroup')[0]?.className).toContain('sr-only');
  });

  it('a card opens as a row does, by press and by key', async () => {
    const onOpen = vi.fn();
    render(table({ onOpen }));
    fireEvent.click(screen.getByText('card of row-2'));
    expect(onOpen).toHaveBeenLastCalledWith({ name: 'row-2', size: 2 });
    await userEvent.keyboard('k{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith({ name: 'row-1', size: 1 });
  });
});

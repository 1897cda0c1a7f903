import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { TooltipProvider } from '../Tooltip.tsx';
import { parseFilter } from '../filter/filterQuery.ts';
import { useFiltered } from '../filter/useFiltered.ts';
import { FilterBar } from './FilterBar.tsx';
import { ListTable } from './ListTable.tsx';
import { usePagedRows } from './usePagedRows.ts';

beforeAll(setupTexts);
beforeAll(giveLayout);
afterEach(cleanup);

interface Thing {
  name: string;
}
const fields = (row: Thing) => ({ name: row.name });
const things = (...names: string[]): Thing[] => names.map((name) => ({ name }));

describe('useFiltered', () => {
  it('lets through what the query says, all without one, and nothing before there are rows', () => {
    const rows = things('backup', 'deploy');
    const { result, rerender } = renderHook(
      (props: { rows?: Thing[]; query?: string }) => useFiltered(props.rows, props.query, fields),
      { initialProps: {} },
    );
    expect(result.current).toEqual([]);
    rerender({ rows });
    expect(result.current).toEqual(rows);
    rerender({ rows, query: 'name:dep*' });
    expect(result.current).toEqual(things('deploy'));
  });

  it('gives the same rows again while nothing changed, so that a table is not drawn anew', () => {
    const rows = things('backup', 'deploy');
    const { result, rerender } = renderHook(() => useFiltered(rows, 'backup', fields));
    const before = result.current;
    rerender();
    expect(result.current).toBe(before);
  });
});

describe('usePagedRows', () => {
  const terms = parseFilter('name:b*');
  const list = (change: { hasNextPage?: boolean; isFetchingNextPage?: boolean } = {}) => ({
    data: { pages: [{ items: things('backup', 'deploy') }, { items: things('bench') }] },
    hasNextPage: true,
    isFetchingNextPage: false,
    fetchNextPage: vi.fn(),
    ...change,
  });

  it('has the rows of every page in order, without those that no longer meet the query', () => {
    const { result } = renderHook(() => usePagedRows(list(), terms, fields));
    expect(result.current.rows).toEqual(things('backup', 'bench'));
  });

  it('has no rows before the first page came', () => {
    const none = { ...list(), data: undefined };
    expect(renderHook(() => usePagedRows(none, terms, fields)).result.current.rows).toEqual([]);
  });

  it.each([
    { hasNextPage: true, isFetchingNextPage: false, asked: 1 },
    { hasNextPage: true, isFetchingNextPage: true, asked: 0 },
    { hasNextPage: false, isFetchingNextPage: false, asked: 0 },
  ])('asks for a page once, and not beyond the last: %o', ({ asked, ...state }) => {
    const one = list(state);
    const { result } = renderHook(() => usePagedRows(one, terms, fields));
    act(() => result.current.loadMore());
    expect(one.fetchNextPage).toHaveBeenCalledTimes(asked);
  });
});

describe('FilterBar', () => {
  it('takes an emptied query out of the address instead of leaving ?q= there', () => {
    const onChange = vi.fn();
    render(
      <TooltipProvider>
        <FilterBar query="backup" example="name:x" onChange={onChange}>
          Not a query
        </FilterBar>
      </TooltipProvider>,
    );
    expect(screen.getByText('Not a query')).toBeTruthy();
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'deploy' } });
    expect(onChange).toHaveBeenLastCalledWith('deploy');
    fireEvent.change(screen.getByRole('textbox'), { target: { value: '' } });
    expect(onChange).toHaveBeenLastCalledWith(undefined);
  });
});

describe('ListTable', () => {
  const show = (rows: Thing[]) =>
    render(
      <ListTable
        rows={rows}
        rowKey={(row) => row.name}
        columns={[{ id: 'name', header: 'Name', width: '1fr', cell: (row) => row.name }]}
        label="Things"
        card={(row) => row.name}
        action={<button type="button">Clear</button>}
      />,
    );

  it('says that the filter lets nothing through, with what helps, instead of showing a bare table', () => {
    show([]);
    expect(screen.getByText('Nothing matches this filter')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Clear' })).toBeTruthy();
  });

  it('shows the rows and no such text when there are some', () => {
    show(things('backup'));
    expect(screen.getByText('backup')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Clear' })).toBeNull();
  });
});

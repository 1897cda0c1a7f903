import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { DataTable } from './DataTable.tsx';

beforeAll(setupTexts);
beforeAll(giveLayout);
afterEach(cleanup);

const rows = ['backup', 'deploy', 'sync'].map((name) => ({ name }));

function show(overrides: Partial<Parameters<typeof DataTable<{ name: string }>>[0]> = {}) {
  const on = { open: vi.fn(), select: vi.fn(), run: vi.fn() };
  render(
    <>
      <input aria-label="elsewhere" />
      <DataTable
        rows={rows}
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
        ]}
        card={(row) => row.name}
        onOpen={on.open}
        onSelect={on.select}
        actions={[{ keys: 'r', label: 'Run', run: on.run }]}
        {...overrides}
      />
    </>,
  );
  return on;
}

describe('DataTable keyboard', () => {
  it('moves with j and k, opens with enter, selects with x, and runs its own keys', async () => {
    const on = show();
    await userEvent.keyboard('jj');
    await userEvent.keyboard('{Enter}');
    expect(on.open).toHaveBeenLastCalledWith(rows[1]);
    await userEvent.keyboard('kx');
    expect(on.select).toHaveBeenLastCalledWith(rows[0]);
    await userEvent.keyboard('jjjjr');
    expect(on.run).toHaveBeenLastCalledWith(rows[2]);
  });

  it('does nothing before a row is chosen', async () => {
    const on = show();
    await userEvent.keyboard('{Enter}xr');
    expect([on.open, on.select, on.run].every((one) => one.mock.calls.length === 0)).toBe(true);
  });

  it('leaves keys alone while somebody types in a field', async () => {
    const on = show();
    await userEvent.keyboard('j');
    await userEvent.click(screen.getByLabelText('elsewhere'));
    await userEvent.keyboard('rx');
    expect(on.run).not.toHaveBeenCalled();
    expect(on.select).not.toHaveBeenCalled();
  });

  it('keeps to the chosen row when a new one comes in above it', async () => {
    // Bug caught: a run starts while somebody reaches for c, and the wrong run is cancelled.
    const run = vi.fn();
    const table = (list: typeof rows) => (
      <DataTable
        rows={list}
        rowKey={(row) => row.name}
        label="Things"
        columns={[{ id: 'name', header: 'Name', width: '1fr', cell: (row) => row.name }]}
        card={(row) => row.name}
        actions={[{ keys: 'r', label: 'Run', run }]}
      />
    );
    const { rerender } = render(table(rows));
    await userEvent.keyboard('jj');
    rerender(table([{ name: 'fresh' }, ...rows]));
    await userEvent.keyboard('r');
    expect(run).toHaveBeenLastCalledWith(rows[1]);
    // One that is gone is acted on no more, and the way goes on from where it stood.
    rerender(table([{ name: 'fresh' }, rows[0]!, rows[2]!]));
    await userEvent.keyboard('r');
    expect(run).toHaveBeenCalledOnce();
    await userEvent.keyboard('jr');
    expect(run).toHaveBeenLastCalledWith(rows[2]);
  });

  it('sorts by a header and says so to those who do not see it', () => {
    show();
    const header = screen.getByRole('columnheader', { name: 'Name' });
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(header.getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(header.getAttribute('aria-sort')).toBe('descending');
    expect(screen.getAllByRole('gridcell').map((cell) => cell.textContent)).toEqual([
      'sync',
      'deploy',
      'backup',
    ]);
  });

  it('draws only what is seen of a long list, and counts all of it', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ name: `row ${index}` }));
    show({ rows: many });
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    expect(screen.getAllByRole('gridcell').length).toBeLessThan(100);
  });
});

import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Menu } from './Menu.tsx';

afterEach(cleanup);

function show() {
  const on = { edit: vi.fn(), remove: vi.fn(), row: vi.fn() };
  render(
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- stands for a row
    <div onClick={on.row}>
      <Menu
        trigger={<button type="button">More</button>}
        items={[
          { id: 'edit', label: 'Edit', shortcut: 'e', onSelect: on.edit },
          { id: '-' },
          { id: 'remove', label: 'Remove', disabled: true, onSelect: on.remove },
        ]}
      />
    </div>,
  );
  return on;
}

describe('Menu', () => {
  it('is opened and used by keyboard alone, and gives the focus back', async () => {
    const on = show();
    screen.getByText('More').focus();
    await userEvent.keyboard('{Enter}');
    await screen.findByRole('menu');
    await userEvent.keyboard('{Enter}');
    expect(on.edit).toHaveBeenCalledOnce();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByText('More')));
  });

  it('choosing something does not open the row that the menu stands in', async () => {
    // Bug caught: "Remove" removes a workflow and opens it at once.
    const on = show();
    await userEvent.click(screen.getByText('More'));
    on.row.mockClear();
    await userEvent.click(await screen.findByRole('menuitem', { name: /Edit/ }));
    expect(on.edit).toHaveBeenCalledOnce();
    expect(on.row).not.toHaveBeenCalled();
  });

  it('what is not possible now is there, said so, and does nothing', async () => {
    const on = show();
    await userEvent.click(screen.getByText('More'));
    const item = await screen.findByRole('menuitem', { name: 'Remove' });
    expect(item.getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(item, { pointerEventsCheck: 0 });
    expect(on.remove).not.toHaveBeenCalled();
  });

  it('shows the key that does the same', async () => {
    show();
    await userEvent.click(screen.getByText('More'));
    const item = await screen.findByRole('menuitem', { name: /Edit/ });
    expect(item.querySelector('kbd')?.textContent).toBe('E');
  });
});

import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { Dialog } from './Dialog.tsx';
import { Menu } from './Menu.tsx';
import { Popover } from './Popover.tsx';
import { Sheet } from './Sheet.tsx';
import { useShortcuts } from './shortcuts/useShortcuts.ts';
import { TooltipProvider } from './Tooltip.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const inside = <input aria-label="Name" />;

describe('a sheet', () => {
  function Page(props: { heard: () => void }) {
    const [open, setOpen] = useState(false);
    useShortcuts('Page', [{ keys: 'r', label: 'Run', run: props.heard }]);
    return (
      <TooltipProvider>
        <button type="button" onClick={() => setOpen(true)}>
          Show
        </button>
        <Sheet open={open} onOpenChange={setOpen} title="Details" aside={<span>Aside</span>}>
          {inside}
          <p>Text</p>
        </Sheet>
      </TooltipProvider>
    );
  }

  it('leaves the page behind it in use, by pointer and by keys', async () => {
    // Bug caught: to look at the next row one has to close the details of this one first.
    const heard = vi.fn();
    render(<Page heard={heard} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    const sheet = await screen.findByRole('dialog', { name: 'Details' });
    expect(sheet.getAttribute('aria-modal')).not.toBe('true');
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(screen.getByRole('dialog')).toBeTruthy();
    await userEvent.keyboard('r');
    expect(heard).toHaveBeenCalledOnce();
  });

  it('begins in its first field, and gives the cursor back when it closes', async () => {
    render(<Page heard={() => undefined} />);
    const opener = screen.getByRole('button', { name: 'Show' });
    await userEvent.click(opener);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Name')));
    await userEvent.keyboard('{Escape}');
    // Bug caught: the focus falls to the page, and the next Tab begins at its very top.
    await waitFor(() => expect(document.activeElement).toBe(opener));
  });

  it('does not call back who has gone on to something else', async () => {
    render(<Page heard={() => undefined} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    const other = document.createElement('button');
    document.body.append(other);
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    other.focus();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await new Promise((done) => setTimeout(done));
    expect(document.activeElement).toBe(other);
    other.remove();
  });

  it('closes by its button, which says so', async () => {
    render(<Page heard={() => undefined} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(screen.getByText('Aside')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('a dialog', () => {
  function Page(props: { children?: React.ReactNode; heard?: () => void }) {
    const [open, setOpen] = useState(false);
    useShortcuts('Page', [{ keys: 'r', label: 'Run', run: () => props.heard?.() }]);
    return (
      <TooltipProvider>
        <button type="button" onClick={() => setOpen(true)}>
          Show
        </button>
        <Dialog
          open={open}
          onOpenChange={setOpen}
          title="Rename"
          description="It keeps its runs."
          footer={
            <button type="button" disabled>
              Done
            </button>
          }
        >
          {props.children}
        </Dialog>
      </TooltipProvider>
    );
  }

  it('is named and described, and takes the keys of the page away', async () => {
    // Bug caught: r in an open question starts a run behind it.
    const heard = vi.fn();
    render(<Page heard={heard} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    const dialog = await screen.findByRole('dialog', { name: 'Rename' });
    const about = document.getElementById(dialog.getAttribute('aria-describedby') ?? '');
    expect(about?.textContent).toBe('It keeps its runs.');
    await userEvent.keyboard('r');
    expect(heard).not.toHaveBeenCalled();
    await userEvent.keyboard('{Escape}r');
    await waitFor(() => expect(heard).toHaveBeenCalledOnce());
  });

  it('without a field the cursor is on the dialog and on no button', async () => {
    // Bug caught: the tooltip of the close button covers the question as soon as it is asked.
    render(<Page />);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    const dialog = await screen.findByRole('dialog');
    await waitFor(() => expect(document.activeElement).toBe(dialog));
    expect(screen.queryByRole('tooltip')).toBeNull();
  });

  it.each([
    ['one that is hidden', <input key="i" type="hidden" aria-label="other" />],
    ['one that cannot be used', <input key="i" disabled aria-label="other" />],
  ])('the first field is not %s', async (_what, other) => {
    render(
      <Page>
        {other}
        <select aria-label="Kind" />
      </Page>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Kind')));
  });

  it('gives the focus back to what opened it, also where a field took it by itself', async () => {
    render(
      <Page>
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- as the dialogs of the app do */}
        <input aria-label="Name" autoFocus />
      </Page>,
    );
    const opener = screen.getByRole('button', { name: 'Show' });
    await userEvent.click(opener);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Name')));
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(opener));
  });

  it('opened from a menu, gives it back to the button of the menu', async () => {
    function Asking() {
      const [asking, setAsking] = useState(false);
      return (
        <TooltipProvider>
          <Menu
            trigger={<button type="button">More</button>}
            items={[{ id: 'ask', label: 'Ask', onSelect: () => setAsking(true) }]}
          />
          {asking && <Dialog open onOpenChange={setAsking} title="Sure" />}
        </TooltipProvider>
      );
    }
    render(<Asking />);
    await userEvent.click(screen.getByRole('button', { name: 'More' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Ask' }));
    await screen.findByRole('dialog');
    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: 'More' })),
    );
  });

  it('keeps Tab inside', async () => {
    render(<Page>{inside}</Page>);
    await userEvent.click(screen.getByRole('button', { name: 'Show' }));
    const dialog = await screen.findByRole('dialog');
    for (let press = 0; press < 6; press += 1) {
      await userEvent.tab();
      expect(dialog.contains(document.activeElement)).toBe(true);
    }
  });
});

describe('a popover', () => {
  it('is named, closes on Escape, and tells whoever opened it', async () => {
    const told = vi.fn();
    render(
      <Popover
        label="Notifications"
        trigger={<button type="button">Bell</button>}
        onOpenChange={told}
      >
        Nothing new
      </Popover>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Bell' }));
    expect((await screen.findByRole('dialog', { name: 'Notifications' })).textContent).toBe(
      'Nothing new',
    );
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(told.mock.calls).toEqual([[true], [false]]);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Bell' }));
  });
});

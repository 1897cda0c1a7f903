import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { FormDialog } from './FormDialog.tsx';
import { TooltipProvider } from './Tooltip.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

function show(props: { busy?: boolean; ready?: boolean; cancel?: string } = {}) {
  const on = { submit: vi.fn(), close: vi.fn() };
  render(
    <TooltipProvider>
      <FormDialog
        title="Rename"
        verb="Rename it"
        onSubmit={on.submit}
        onClose={on.close}
        {...props}
      >
        <input aria-label="name" required />
        <input aria-label="note" />
      </FormDialog>
    </TooltipProvider>,
  );
  return on;
}

describe('FormDialog', () => {
  it('is sent by its verb, and by Enter in any field of several', async () => {
    const { submit } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Rename it' }));
    expect(submit).toHaveBeenCalledTimes(1);
    await userEvent.type(screen.getByLabelText('note'), '{Enter}');
    expect(submit).toHaveBeenCalledTimes(2);
  });

  it.each([{ ready: false }, { busy: true }])(
    'is not sent while it cannot be, or once more while it is: %o',
    async (state) => {
      const { submit } = show(state);
      expect(screen.getByRole('button', { name: 'Rename it' })).toHaveProperty('disabled', true);
      await userEvent.type(screen.getByLabelText('note'), '{Enter}');
      screen
        .getByRole('dialog')
        .querySelector('form')!
        .dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
      expect(submit).not.toHaveBeenCalled();
    },
  );

  it('can be left without being sent, in words of its own', async () => {
    const { submit, close } = show({ cancel: 'Keep the name' });
    await userEvent.click(screen.getByRole('button', { name: 'Keep the name' }));
    expect(close).toHaveBeenCalledOnce();
    expect(submit).not.toHaveBeenCalled();
  });
});

import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { TooltipProvider } from './Tooltip.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

function show(more: { type?: string; busy?: boolean } = {}) {
  const on = { confirm: vi.fn(), open: vi.fn() };
  render(
    <TooltipProvider>
      <ConfirmDialog
        open
        onOpenChange={on.open}
        title="Revoke token backup-job"
        consequences="Whatever uses it is refused."
        verb="Revoke token"
        onConfirm={on.confirm}
        {...more}
      />
    </TooltipProvider>,
  );
  return on;
}

const verb = () => screen.getByRole('button', { name: 'Revoke token' });

describe('ConfirmDialog', () => {
  it('names the thing, what follows, and the verb; nothing is called OK', async () => {
    const on = show();
    const dialog = screen.getByRole('dialog', { name: 'Revoke token backup-job' });
    expect(dialog.textContent).toContain('Whatever uses it is refused.');
    await userEvent.click(verb());
    expect(on.confirm).toHaveBeenCalledOnce();
  });

  it('is left without doing anything by its button and by escape', async () => {
    const on = show();
    await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    await userEvent.keyboard('{Escape}');
    expect(on.open.mock.calls).toEqual([[false], [false]]);
    expect(on.confirm).not.toHaveBeenCalled();
  });

  it('enter on opening confirms nothing, since the cursor is not on the verb', async () => {
    // Bug caught: somebody presses enter twice in a list and deletes what they opened.
    const on = show();
    await waitFor(() =>
      expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true),
    );
    await userEvent.keyboard('{Enter}');
    expect(on.confirm).not.toHaveBeenCalled();
  });

  it('where it cannot be undone the exact word must be typed', async () => {
    const on = show({ type: 'prod-1' });
    const word = screen.getByLabelText('Type prod-1 to go on');
    expect(document.activeElement).toBe(word);
    await userEvent.type(word, 'prod-');
    expect(verb()).toHaveProperty('disabled', true);
    await userEvent.type(word, '1');
    await userEvent.click(verb());
    expect(on.confirm).toHaveBeenCalledOnce();
  });

  it('cannot be confirmed twice while it is being done', async () => {
    // Bug caught: a double click revokes, and then shows an error that there is no such token.
    const on = show({ busy: true });
    await userEvent.click(verb());
    expect(on.confirm).not.toHaveBeenCalled();
  });
});

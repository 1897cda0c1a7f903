import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Toaster, toast } from 'sonner';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { toastDone, toastError } from './toast.ts';

beforeAll(setupTexts);
afterEach(() => {
  toast.dismiss();
  cleanup();
});

describe('toasts', () => {
  it('an error says what to do; without a hint it says the code to look for', async () => {
    render(<Toaster />);
    act(() => {
      toastError({ code: 'a.b', message: 'It is full.', hint: 'Make room.', kind: 'operational' });
      toastError({ code: 'c.d', message: 'It broke.', kind: 'unexpected' });
    });
    await screen.findByText('It is full.');
    screen.getByText('Make room.');
    screen.getByText('It broke.');
    screen.getByText('c.d');
  });

  it('what can be undone is undone by one press', async () => {
    const undo = vi.fn();
    render(<Toaster />);
    act(() => toastDone('backup was moved to the trash', { label: 'Undo', run: undo }));
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(undo).toHaveBeenCalledOnce());
  });
});

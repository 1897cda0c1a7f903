import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '#renderer/client/api.ts';
import { showPalette } from '#renderer/stores/frame.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { CommandPalette } from './CommandPalette.tsx';

const cancel = vi.fn(({ input }: { input: { id: string } }) => ({ run: { ...run, id: input.id } }));
const run = {
  id: 'run_1',
  workflow: 'backup',
  status: 'running',
  trigger: { kind: 'manual' },
  created_at: '2026-01-01T00:00:00.000Z',
  steps_total: 2,
  steps_done: 1,
  definition_hash: 'h',
};

beforeAll(async () => {
  await setupTexts();
  // happy-dom lays nothing out.
  Element.prototype.scrollIntoView = () => undefined;
  connect(
    pairedPlatform({
      'platform.whoami': () => ({ name: 'owner', role: 'operator', face: 'window' }),
      'workflows.list': () => ({ workflows: [] }),
      'runs.list': () => ({ items: [run] }),
      'runs.cancel': cancel as never,
    }),
  );
});
afterEach(() => {
  cleanup();
  showPalette(false);
});

function show() {
  const router = createRouter({
    routeTree: createRootRoute({ component: CommandPalette }),
    history: createMemoryHistory(),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  showPalette(true);
}

describe('CommandPalette', () => {
  it('asks for an argument, suggests what exists, and calls the operation with it', async () => {
    show();
    await userEvent.click(await screen.findByText('Cancel run'));
    await userEvent.click(await screen.findByText('backup run_1'));
    await waitFor(() => expect(cancel).toHaveBeenCalledOnce());
    expect(cancel.mock.calls[0]?.[0].input).toEqual({ id: 'run_1' });
  });

  it('shows what was used last on top the next time', async () => {
    show();
    const recent = await screen.findByText('Recent');
    const first = await screen.findAllByText('Cancel run');
    expect(first[0]?.compareDocumentPosition(recent)).toBe(Node.DOCUMENT_POSITION_PRECEDING);
  });
});

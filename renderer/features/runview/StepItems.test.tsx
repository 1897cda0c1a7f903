import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Inspector } from '#renderer/features/editor/inspector/Inspector.tsx';
import { renderInEditor, sampleRun, sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const text = 'steps:\n  - id: each\n    uses: many\n    foreach: ${{ inputs.hosts }}\n';

function items(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    index,
    status: 'succeeded' as const,
    attempts: 1,
    started_at: second(index),
    ended_at: second(index + 1),
    outputs: { host: `web-${index}` },
  }));
}

const open = (list: object[]) =>
  renderInEditor(<Inspector />, {
    text,
    readOnly: true,
    select: ['each'],
    run: sampleRun([sampleStep('each', 0, 9, { outputs: undefined, items: list as never })]),
  });

describe('the items of a foreach step', () => {
  it('stand in its output: how each went, and why one failed', async () => {
    // Bug caught: one of 40 hosts fails and the window shows only that "each" failed.
    const list = items(3);
    await open([
      list[0]!,
      {
        ...list[1],
        status: 'failed',
        attempts: 2,
        outputs: undefined,
        error: { code: 'x', message: 'No route to web-1.', kind: 'operational' },
      },
      list[2]!,
    ]);
    const rows = within(screen.getByRole('list', { name: 'Items' })).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent).filter((words) => words.includes('['))).toHaveLength(
      3,
    );
    const failed = screen.getByTestId('item-1');
    expect(failed.textContent).toContain('No route to web-1.');
    expect(failed.textContent).toContain('×2');
    expect(failed.textContent).toContain('Failed');
    expect(screen.getByTestId('item-2').textContent).toContain('Succeeded');
  });

  it('are drawn a page at a time, so that ten thousand do not stall the window', async () => {
    await open(items(120));
    expect(screen.queryByTestId('item-50')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show 70 more' }));
    expect(screen.getByTestId('item-99')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Show 20 more' }));
    expect(screen.getByTestId('item-119')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Show .* more/ })).toBeNull();
  });
});

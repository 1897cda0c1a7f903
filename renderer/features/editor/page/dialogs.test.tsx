import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { ConflictDialog } from './ConflictDialog.tsx';
import { ProblemList } from './ProblemList.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(() => {
  cleanup();
});

const text = 'name: w\nsteps:\n  - id: one\n    uses: many\n';

describe('a file that another has changed', () => {
  it('shows what differs and leaves both ways open', async () => {
    const done: string[] = [];
    await renderInEditor(
      <ConflictDialog
        mine={'a\nmine\nz\n'}
        theirs={'a\ntheirs\nz\n'}
        onKeepMine={() => done.push('mine')}
        onTakeTheirs={() => done.push('theirs')}
        onClose={() => done.push('closed')}
      />,
      { text },
    );
    const lines = screen.getByTestId('diff').textContent ?? '';
    expect(lines).toContain('−theirs');
    expect(lines).toContain('+mine');
    await userEvent.click(screen.getByTestId('take-theirs'));
    await userEvent.click(screen.getByTestId('keep-mine'));
    await userEvent.keyboard('{Escape}');
    expect(done).toEqual(['theirs', 'mine', 'closed']);
  });
});

describe('the list of problems', () => {
  const problem = (line: number, more: object = {}) => ({
    code: 'x',
    message: `Line ${line} is wrong.`,
    severity: 'error' as const,
    line,
    column: 3,
    ...more,
  });

  it('is not there without any, and leads to the step or to the place', async () => {
    const { document } = await renderInEditor(<ProblemList />, { text });
    expect(screen.queryByTestId('problems')).toBeNull();
    act(() =>
      document.check(text, [problem(3, { path: ['steps', 0] }), problem(1), problem(99)] as never),
    );
    await userEvent.click(screen.getByRole('button', { name: /Line 3/ }));
    expect(document.state.selection).toEqual(['one']);
    expect(document.state.reveal).toMatchObject({ by: 'list', offset: text.indexOf('- id') });
    await userEvent.click(screen.getByRole('button', { name: /Line 1 / }));
    expect(document.state.selection).toEqual([]);
    expect(document.state.reveal.offset).toBe(2);
    await userEvent.click(screen.getByRole('button', { name: /Line 99/ }));
    expect(document.state.reveal.offset).toBe(text.length);
  });
});

import { act, cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { disk, openChanged } from './saving.testing.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const save = () => userEvent.click(screen.getByText('save'));

describe('saving over a file that another has changed', () => {
  it('on a file changed by another asks, and overwrites nothing until told to', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await userEvent.click(screen.getByText('save'));
    const keep = await screen.findByTestId('keep-mine');
    expect(file.source).toContain('theirs');
    await userEvent.click(keep);
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    expect(file.source).toContain('# mine');
  });

  it('theirs can be taken, and undone', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await userEvent.click(screen.getByText('save'));
    await userEvent.click(await screen.findByTestId('take-theirs'));
    expect(document.text).toBe('name: w # theirs\n');
    act(() => document.undo());
    expect(document.text).toContain('description: new');
  });

  it('asked and left alone changes neither the file nor the text', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    const mine = document.text;
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await save();
    await screen.findByTestId('keep-mine');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('keep-mine')).toBeNull());
    expect(document.text).toBe(mine);
    expect(isDirty(document.state)).toBe(true);
    expect(file.saves).toBe(0);
    // Bug caught: once answered with Escape, the next save writes over theirs without a question.
    await save();
    expect(await screen.findByTestId('keep-mine')).toBeTruthy();
    expect(file.saves).toBe(0);
  });

  it('mine is kept over what was shown only: changed once more, it asks once more', async () => {
    // Bug caught: "keep mine" overwrites what the person has never seen.
    const { file, handlers } = disk();
    await openChanged(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await save();
    await screen.findByTestId('keep-mine');
    Object.assign(file, { source: 'name: w # third\n', hash: 'third' });
    await userEvent.click(screen.getByTestId('keep-mine'));
    await waitFor(() => expect(screen.getByTestId('diff').textContent).toContain('third'));
    expect(file.saves).toBe(0);
    await userEvent.click(screen.getByTestId('keep-mine'));
    await waitFor(() => expect(file.saves).toBe(1));
    expect(file.source).toContain('description: new');
  });

  it('theirs taken is what the next save begins with', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await save();
    await userEvent.click(await screen.findByTestId('take-theirs'));
    expect(isDirty(document.state)).toBe(false);
    act(() => document.type([{ from: 0, to: 0, insert: '# more\n' }]));
    await save();
    await waitFor(() => expect(file.source).toBe('# more\nname: w # theirs\n'));
    expect(screen.queryByTestId('keep-mine')).toBeNull();
  });

  it('"save and leave" does not leave while the question is open', async () => {
    const { file, handlers } = disk();
    const { go, document } = await openChanged(handlers);
    Object.assign(file, { source: 'name: w # theirs\n', hash: 'other' });
    await go('/elsewhere');
    await userEvent.click(await screen.findByTestId('save-and-leave'));
    expect(await screen.findByTestId('keep-mine')).toBeTruthy();
    expect(isDirty(document.state)).toBe(true);
    expect(file.source).toContain('theirs');
  });
});

describe('saving a file that is gone', () => {
  it('says so, and saving again makes it anew', async () => {
    // Bug caught: every save fails with "there is no workflow w", and the work cannot be kept.
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    file.gone = true;
    await save();
    expect(await screen.findByRole('dialog', { name: 'The file is gone' })).toBeTruthy();
    expect(screen.queryByTestId('take-theirs')).toBeNull();
    expect(screen.queryByTestId('diff')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Save it again' }));
    await waitFor(() => expect(isDirty(document.state)).toBe(false));
    expect(file).toMatchObject({ gone: false, source: document.text, hash: 'h1' });
    act(() => document.undo());
    await save();
    await waitFor(() => expect(file.saves).toBe(2));
  });

  it('left alone, the text is still there to be saved or copied', async () => {
    const { file, handlers } = disk();
    const { document } = await openChanged(handlers);
    file.gone = true;
    await save();
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(file.gone).toBe(true);
    expect(isDirty(document.state)).toBe(true);
    expect(document.text).toContain('description: new');
  });

  it('one that came back meanwhile is not written over: that is shown first', async () => {
    const { file, handlers } = disk();
    await openChanged(handlers);
    file.gone = true;
    await save();
    await screen.findByRole('button', { name: 'Save it again' });
    Object.assign(file, { gone: false, source: 'name: w # restored\n', hash: 'r' });
    await userEvent.click(screen.getByTestId('keep-mine'));
    await waitFor(() => expect(screen.getByTestId('diff').textContent).toContain('restored'));
    expect(file.saves).toBe(0);
    await userEvent.click(screen.getByTestId('keep-mine'));
    await waitFor(() => expect(file.source).toContain('description: new'));
  });
});

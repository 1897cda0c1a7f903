import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { useConnection } from '#renderer/client/connectionStore.ts';
import {
  fileNow,
  key,
  mod,
  node,
  open,
  select,
  setupEditorPage,
  source,
} from '../editorPage.testing.tsx';

setupEditorPage();

/** The connection was lost and is there again: everything on screen is asked for once more. */
const reconnect = () =>
  act(async () => useConnection.setState(({ generation }) => ({ generation: generation + 2 })));

const nodes = () => screen.getAllByTestId(/^node-(?!start)/).map((each) => each.dataset['testid']);

describe('a file that another changes while it is open', () => {
  it('is shown as it is, as long as nothing was done here', async () => {
    // Bug caught: after a night with the lid closed, the editor shows and runs the file of yesterday.
    const told = { source, hash: 'h0' };
    const { saved } = await open(told);
    await node('two');
    await select('two');
    Object.assign(told, { source: source.replace('id: two', 'id: second'), hash: 'theirs' });
    await reconnect();
    await node('second');
    expect(nodes()).toEqual(['node-one', 'node-second']);
    expect(screen.queryByTestId('unsaved')).toBeNull();
    // What was selected is gone, so the workflow itself is shown.
    expect(screen.queryByTestId('step-id')).toBeNull();
    expect(screen.getByTestId('undo')).toHaveProperty('disabled', true);
    await mod('z');
    expect(nodes()).toEqual(['node-one', 'node-second']);
    expect(saved).toEqual([]);
  });

  it('leaves alone what was done here, and that can still be undone', async () => {
    // Bug caught: the work of an hour is replaced under the hands of its author.
    const told = { source, hash: 'h0' };
    await open(told);
    await select('one');
    await userEvent.type(await screen.findByTestId('step-name'), 'Mine');
    Object.assign(told, { source: source.replace('id: two', 'id: second'), hash: 'theirs' });
    await reconnect();
    expect(screen.getByTestId('unsaved')).toBeTruthy();
    expect(nodes()).toEqual(['node-one', 'node-two']);
    expect(screen.getByTestId('step-name')).toHaveProperty('value', 'Mine');
    while (!screen.getByTestId<HTMLButtonElement>('undo').disabled) await mod('z');
    expect(screen.getByTestId('step-name')).toHaveProperty('value', '');
    await mod('y');
    expect(screen.getByTestId('step-name')).not.toHaveProperty('value', '');
  });

  it('that stayed the same moves nothing: the selection and the history stay', async () => {
    const { saved } = await open();
    await select('one');
    await key('d');
    await node('one_2');
    await reconnect();
    await waitFor(() => expect(nodes()).toHaveLength(3));
    await mod('z');
    await waitFor(() => expect(nodes()).toHaveLength(2));
    expect(await screen.findByTestId('step-id')).toHaveProperty('value', 'one');
    expect(await fileNow(saved)).toBe(source);
  });
});

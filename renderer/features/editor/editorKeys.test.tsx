import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { closeWindow } from '#renderer/testing/windowHarness.tsx';

import {
  fileNow,
  key,
  mod,
  node,
  open,
  select,
  setupEditorPage,
  source,
} from './editorPage.testing.tsx';

setupEditorPage();

describe('keys', () => {
  it('select all, duplicate, delete, undo and redo work without a pointer', async () => {
    const { saved } = await open();
    await node('one');
    await key('A', { shiftKey: true });
    await key('d');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(4));
    await key('Delete');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    await mod('z');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(4));
    await mod('z');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    expect(screen.queryByTestId('unsaved')).toBeNull();
    await mod('y');
    await mod('z', { shiftKey: true });
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    expect(await fileNow(saved)).toContain('name: w # mine\n');
  });

  it('never act while somebody types: a "d" in a name duplicates nothing', async () => {
    await open();
    await select('one');
    const name = await screen.findByTestId('step-name');
    await userEvent.type(name, 'add a yard');
    expect(name).toHaveProperty('value', 'add a yard');
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
    expect(screen.queryByTestId('quick-add')).toBeNull();
    expect(screen.queryByTestId('yaml-pane')).toBeNull();
  });

  it('y and i show and hide the file and the form, and the choice is kept', async () => {
    await open();
    await key('y');
    expect(await screen.findByTestId('yaml-pane')).toBeTruthy();
    await key('y');
    expect(screen.queryByTestId('yaml-pane')).toBeNull();
    await key('i');
    expect(JSON.parse(localStorage.getItem('nexus.editor.view') ?? '{}')).toMatchObject({
      yaml: false,
      inspector: false,
    });
  });

  it('a adds behind what is selected, found by what the kind does', async () => {
    const { saved } = await open();
    await select('one');
    await key('a');
    await userEvent.type(await screen.findByTestId('quick-add'), 'asks a server');
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByTestId('quick-add')).toBeNull());
    const text = await fileNow(saved);
    expect(text.indexOf('uses: http')).toBeGreaterThan(text.indexOf('id: one'));
    expect(text.indexOf('uses: http')).toBeLessThan(text.indexOf('id: two'));
    expect(text).toContain('# last word');
  });

  it('saving twice in a row is one save, and running takes what is on the screen', async () => {
    const { saved, started } = await open();
    await mod('s');
    expect(saved).toEqual([]);
    await key('A', { shiftKey: true });
    await key('d');
    await mod('Enter');
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started[0]?.source).toContain('uses: many');
    expect(started[0]?.source).not.toBe(source);
    expect(saved).toEqual([]);
  });

  it('are refused below a dialog', async () => {
    await open();
    await node('one');
    await key('A', { shiftKey: true });
    await key('a');
    await screen.findByTestId('quick-add');
    await key('Delete');
    await mod('z');
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
  });
});

describe('the clipboard', () => {
  const clipboard = () => {
    const data = new Map<string, string>();
    return {
      data,
      send: (type: 'copy' | 'cut' | 'paste') =>
        act(async () => {
          const event = new Event(type, { bubbles: true, cancelable: true });
          Object.assign(event, {
            clipboardData: {
              setData: (kind: string, value: string) => void data.set(kind, value),
              getData: (kind: string) => data.get(kind) ?? '',
            },
          });
          document.body.dispatchEvent(event);
        }),
    };
  };

  it('takes steps from one workflow to another, comments and all, under a free id', async () => {
    const { data, send } = clipboard();
    await open();
    await select('two');
    await send('copy');
    expect(data.get('text/plain')).toContain('nexus-clipboard');
    closeWindow();
    const { saved } = await open({
      source: 'name: other\nsteps:\n  - id: two # theirs\n    uses: many\n',
    });
    await node('two');
    await send('paste');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    const text = await fileNow(saved);
    expect(text).toContain('- id: two # theirs\n');
    expect(text).toContain('{word: bye} # last word');
    expect(text.match(/id: two/g)).toHaveLength(2);
  });

  it('cut takes the step out, and undo brings it back', async () => {
    const { send } = clipboard();
    await open();
    await select('two');
    await send('cut');
    await waitFor(() => expect(screen.queryByTestId('node-two')).toBeNull());
    await mod('z');
    await node('two');
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });

  it('what is no step of ours is not pasted onto the canvas', async () => {
    const { data, send } = clipboard();
    await open();
    data.set('text/plain', 'rm -rf /');
    await send('paste');
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });
});

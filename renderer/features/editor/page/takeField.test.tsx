import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { node, open, select, setupEditorPage, source } from '../editorPage.testing.tsx';
import { takeField } from './takeField.ts';

setupEditorPage();

/** Presses a key with Ctrl where the focus is. */
const pressHere = (key: string) =>
  act(
    async () => void fireEvent.keyDown(document.activeElement as Element, { key, ctrlKey: true }),
  );

describe('a save has what is on the screen', () => {
  it('also the id that is being typed, and everything that follows it', async () => {
    // Bug caught: Ctrl+S from the field of the id saves the old id and says "Saved".
    const { saved } = await open({ source: `${source}    needs: [one]\n` });
    await select('one');
    const id = await screen.findByTestId('step-id');
    await userEvent.clear(id);
    await userEvent.type(id, 'first');
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toContain('- id: first # the first');
    expect(saved[0]).toContain('needs: [first]');
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });

  it('an id that cannot be is refused first, and the file keeps the old one', async () => {
    const { saved } = await open();
    await select('one');
    await userEvent.type(await screen.findByTestId('step-name'), 'One');
    const id = await screen.findByTestId('step-id');
    await userEvent.clear(id);
    await userEvent.type(id, 'two');
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toContain('- id: one # the first\n    name: One\n');
    expect(screen.getByTestId('step-id')).toHaveProperty('value', 'one');
  });

  it('also the name of an entry that is being typed', async () => {
    const { saved } = await open({
      source: source.replace('{word: hello}', '{word: hello, labels: {a: x}}'),
    });
    await select('one');
    const labels = within(await screen.findByTestId('field-labels'));
    const name = labels.getByLabelText(/name 1/);
    await userEvent.type(name, 'b');
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toContain('labels: {ab: x}');
  });

  it('and a run takes it as well', async () => {
    const { started } = await open();
    await select('two');
    const id = await screen.findByTestId('step-id');
    await userEvent.clear(id);
    await userEvent.type(id, 'second');
    await pressHere('Enter');
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started[0]?.source).toContain('id: second');
  });

  it('also the note that is being written, key for key', async () => {
    // Bug caught: a note is in the file only after it was left; closed before, its text is gone.
    const { saved } = await open();
    await node('one');
    await act(async () => void fireEvent.keyDown(document.body, { key: 'n' }));
    const note = await screen.findByRole('textbox', { name: /Note/ });
    await userEvent.type(note, 'Mind the gap');
    expect(screen.getByTestId('unsaved')).toBeTruthy();
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toContain('text: "Mind the gap"');
    // It goes on where it was.
    await userEvent.type(note, ', please');
    expect(document.activeElement).toBe(note);
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(2));
    expect(saved[1]).toContain('text: "Mind the gap, please"');
  });

  it('keys of the canvas do nothing in a note, and its undo is its own', async () => {
    // Bug caught: Ctrl+Z in a note takes back what the canvas did, and the text stands in the field only.
    const { saved } = await open();
    await node('one');
    await act(async () => void fireEvent.keyDown(document.body, { key: 'n' }));
    const note = await screen.findByRole('textbox', { name: /Note/ });
    await userEvent.type(note, 'add a day');
    await pressHere('z');
    expect(note).toHaveProperty('value', 'add a day');
    await pressHere('s');
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toContain('add a day');
    expect(screen.queryByTestId('quick-add')).toBeNull();
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
  });
});

describe('a field that takes its text on leaving', () => {
  it('keeps the focus and the place of the cursor when it takes it early', () => {
    const heard: string[] = [];
    const field = document.body.appendChild(document.createElement('input'));
    field.value = 'abc';
    field.addEventListener('blur', () => heard.push(field.value));
    field.focus();
    field.setSelectionRange(1, 1);
    takeField();
    expect(heard).toEqual(['abc']);
    expect(document.activeElement).toBe(field);
    expect(field.selectionStart).toBe(1);
    field.remove();
  });

  it('is only a field of one line: nothing else is left and entered again', () => {
    const heard: string[] = [];
    const button = document.body.appendChild(document.createElement('button'));
    button.addEventListener('blur', () => heard.push('left'));
    button.focus();
    takeField();
    expect(heard).toEqual([]);
    button.remove();
  });
});

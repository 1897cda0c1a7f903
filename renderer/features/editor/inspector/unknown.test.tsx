import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, renderInEditor, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { base, field, open, pick, section, showAll } from './stepForm.testing.tsx';
import { WorkflowSettings } from './WorkflowSettings.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

// A file that a person (or a newer Nexus) wrote may hold what no form offers. The form shows it as
// it is, touches nothing until it is asked to, and can put something known in its place.

/** The step with these lines more. */
const withLines = (...lines: string[]) =>
  base.replace(
    '    uses: many # kind\n',
    `    uses: many # kind\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
const withValue = (line: string) => base.replace('word: hello', `${line}\n      word: hello`);

/** What a select shows. */
function shown(name: RegExp | string, inside: HTMLElement = document.body): string {
  const select = within(inside)
    .getAllByLabelText(name)
    .find((each) => each.tagName === 'SELECT') as HTMLSelectElement;
  return select.selectedOptions[0]?.text ?? '';
}

describe('a choice that the form does not offer', () => {
  it('of a few values is shown as the file has it, and another can be chosen', async () => {
    // Bug caught: the form says "Default: small" while the file says "huge", and the run fails.
    const text = withValue('size: huge # mine');
    const doc = await open({ text });
    expect(shown('Size')).toBe('huge');
    expect(doc.text).toBe(text);
    pick('Size', 'large');
    expect(doc.text).toBe(text.replace('huge', 'large'));
    act(() => doc.undo());
    expect(shown('Size')).toBe('huge');
  });

  it('nothing at all, or null, is the default', async () => {
    await open({ text: withValue('size:') });
    expect(shown('Size')).toBe('Default: small');
  });

  it('what follows a failure: a step that is gone is named, not hidden', async () => {
    const text = withLines('on_error: {goto: ghost} # jump');
    const doc = await open({ text });
    const robust = await section('robust');
    expect(shown('When it fails', robust)).toBe('goto ghost');
    pick('When it fails', 'goto two', robust);
    expect(doc.text).toBe(text.replace('ghost', 'two'));
  });

  it.each([
    ['on_error: sometimes', 'When it fails', 'sometimes'],
    ['on_error: {retry: 3}', 'When it fails', '{"retry":3}'],
    ['on_interrupted: shrug', 'When a crash cuts it off', 'shrug'],
  ])('%s is shown, and stays until something is chosen', async (line, name, words) => {
    const text = withLines(line);
    const doc = await open({ text });
    const robust = await section('robust');
    expect(shown(name, robust)).toBe(words);
    expect(doc.text).toBe(text);
    expect(doc.state.history.past).toEqual([]);
  });

  it('a rollback by a kind that nobody knows keeps what it is given', async () => {
    const text = withLines('rollback: {uses: magic, with: {spell: x}}');
    const doc = await open({ text });
    const rollback = await section('rollback');
    expect(shown('When a later step fails', rollback)).toBe('magic');
    expect(doc.text).toBe(text);
    pick('When a later step fails', 'none', rollback);
    expect(doc.text).toBe(base);
  });

  it('a kind that nobody knows can be changed, and its settings are one free field', async () => {
    const text = base.replace('uses: many # kind', 'uses: magic # kind');
    const doc = await open({ text });
    expect(shown('Kind')).toBe('magic');
    expect(codeText('Settings')).toBe('word: hello');
    typeCode('Settings', 'word: bye');
    expect(doc.text).toBe(text.replace('word: hello', 'word: bye'));
    pick('Kind', 'shell');
    expect(doc.text).toContain('uses: shell # kind');
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('when a workflow is interrupted: the same', async () => {
    const text = `on_interrupted: shrug # why\n${base}`;
    const { document: doc } = await renderInEditor(<WorkflowSettings />, { text });
    const limits = await section('limits');
    expect(shown(/crash/i, limits)).toBe('shrug');
    pick(/crash/i, 'retry', limits);
    expect(doc.text).toBe(text.replace('shrug', 'retry'));
  });
});

describe('a value of another type than the field', () => {
  it('a word where a switch stands is shown as the word', async () => {
    // Bug caught: the switch is off, the file says "sometimes", and nobody sees why it is refused.
    const text = withValue('loud: sometimes');
    const doc = await open({ text });
    expect(codeText('Loud')).toBe('sometimes');
    typeCode('Loud', 'true');
    expect(doc.text).toBe(text.replace('sometimes', 'true'));
    await userEvent.click(within(field('loud')).getByRole('switch'));
    expect(doc.text).toBe(text.replace('sometimes', 'false'));
  });

  it('a word where a number is wanted stays a word, to be mended', async () => {
    const text = withValue('count: many');
    const doc = await open({ text });
    expect(codeText('Count')).toBe('many');
    typeCode('Count', '12');
    expect(doc.text).toBe(text.replace('count: many', 'count: 12'));
  });

  it('a step that is no map, and one without anything, have a form', async () => {
    const doc = await open({ text: 'name: w\nsteps:\n  - just text\n  -\n', select: ['?s1'] });
    expect(screen.getByTestId('step-id')).toHaveProperty('value', '?s1');
    act(() => doc.select(['?s2']));
    expect(shown('Kind')).toBe('No kind');
    pick('Kind', 'shell');
    expect(doc.state.steps.get('?s2')?.uses).toBe('shell');
    const id = screen.getByTestId('step-id');
    fireEvent.change(id, { target: { value: 'second' } });
    fireEvent.blur(id);
    expect(doc.state.selection).toEqual(['second']);
    expect(doc.text).toContain('- just text\n');
  });

  it('two steps of one id are told apart, and the second can be given its own', async () => {
    // Bug caught: the form of the second changes the first.
    const text = base.replace('id: two', 'id: one');
    const doc = await open({ text, select: ['?s2'] });
    fireEvent.change(screen.getByTestId('step-name'), { target: { value: 'Second' } });
    expect(doc.state.graph.steps.map((step) => step.name)).toEqual([
      undefined,
      'Second',
      undefined,
    ]);
    const id = screen.getByTestId('step-id');
    fireEvent.change(id, { target: { value: 'own' } });
    fireEvent.blur(id);
    expect(doc.state.graph.steps.map((step) => step.id)).toEqual(['one', 'own', 'three']);
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('a name or a note that is a number is shown and changed like any other', async () => {
    const text = withLines('name: 7', 'note: 8 # see');
    const doc = await open({ text });
    expect(screen.getByTestId('step-name')).toHaveProperty('value', '7');
    expect(screen.getByLabelText('Note')).toHaveProperty('value', '8');
    fireEvent.change(screen.getByLabelText('Note'), { target: { value: '8 o’clock' } });
    expect(doc.text).toBe(text.replace('note: 8', 'note: 8 o’clock'));
    fireEvent.change(screen.getByLabelText('Note'), { target: { value: '' } });
    expect(doc.text).not.toContain('note:');
  });
});

describe('a field of a kind that is not there any more', () => {
  it('is shown with its name, changed in place, and taken out', async () => {
    const text = withValue('old_way: [a, b] # long ago');
    const doc = await open({ text });
    expect(codeText('Old way')).toBe('- a\n- b');
    typeCode('Old way', '[a]');
    expect(doc.text).toBe(text.replace('[a, b]', '[a]'));
    typeCode('Old way', '');
    expect(doc.text).not.toContain('old_way');
    expect(doc.text).toContain('word: hello # greeting');
  });

  it('does not hide those that there are', async () => {
    await open({ text: withValue('old_way: 1') });
    await showAll();
    for (const name of ['word', 'count', 'share', 'loud', 'old_way'])
      expect(field(name)).toBeTruthy();
  });
});

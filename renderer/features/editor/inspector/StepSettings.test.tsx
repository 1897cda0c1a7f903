import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { base, field, open, pick, showAll } from './stepForm.testing.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

describe('the form of a step', () => {
  it('writes each type as that type: numbers as text, or a list where one word was meant', async () => {
    const doc = await open();
    await showAll();
    typeCode('Word', 'bye');
    typeCode('Count', '7');
    typeCode('Share', '1.05');
    await userEvent.click(within(field('loud')).getByRole('switch'));
    pick('Size', 'large');
    typeCode('Script', 'echo 1\necho 2\n');
    typeCode('Body', 'a: [1, two]');
    expect(doc.state.source.value).toMatchObject({
      steps: [
        {
          with: {
            word: 'bye',
            count: 7,
            share: 1.05,
            loud: true,
            size: 'large',
            script: 'echo 1\necho 2\n',
            body: { a: [1, 'two'] },
          },
        },
        {},
        {},
      ],
    });
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('a number may be typed digit by digit: 1.0 on its way to 1.05 is not cut to 1', async () => {
    const doc = await open();
    await showAll();
    for (const typed of ['1', '1.', '1.0']) typeCode('Share', typed);
    expect(codeText('Share')).toBe('1.0');
    typeCode('Share', '1.05');
    expect(doc.text).toContain('share: 1.05');
    act(() => doc.undo());
    expect(codeText('Share')).not.toBe('1.05');
  });

  it('a field keeps the cursor while it is filled: it does not move up with its first letter', async () => {
    await open();
    await showAll();
    const before = screen.getAllByLabelText('Share').at(-1);
    typeCode('Share', '2');
    expect(screen.getAllByLabelText('Share').at(-1)).toBe(before);
    expect(before?.isConnected).toBe(true);
  });

  it('what is set stays in view when the rest is folded away', async () => {
    await open();
    await showAll();
    typeCode('Share', '2');
    await userEvent.click(screen.getByRole('button', { name: /fewer|less/i }));
    expect(field('share')).toBeTruthy();
    expect(screen.queryByTestId('field-count')).toBeNull();
  });

  it('a list grows by what its items are: an enum does not begin with an empty text', async () => {
    const doc = await open();
    await showAll();
    await userEvent.click(within(field('tags')).getByRole('button', { name: 'Add item' }));
    typeCode('Tags 1', 'red');
    await userEvent.click(within(field('tags')).getByRole('button', { name: 'Add item' }));
    typeCode('Tags 2', 'blue');
    await userEvent.click(within(field('levels')).getByRole('button', { name: 'Add item' }));
    expect(doc.state.source.value).toMatchObject({
      steps: [{ with: { tags: ['red', 'blue'], levels: ['low'] } }, {}, {}],
    });
    await userEvent.click(within(field('tags')).getByRole('button', { name: /remove.*1/i }));
    expect(codeText('Tags 1')).toBe('blue');
  });

  it('a removed row of a map does not leave its name to the next one', async () => {
    const doc = await open({
      text: base.replace(
        'word: hello # greeting',
        'word: a\n      labels: {first: "1", second: "2"}',
      ),
    });
    const names = () =>
      within(field('labels'))
        .getAllByRole('textbox')
        .filter((each) => each.tagName === 'INPUT') as HTMLInputElement[];
    await userEvent.click(within(field('labels')).getByRole('button', { name: /remove first/i }));
    expect(names().map((each) => each.value)).toEqual(['second']);
    fireEvent.blur(names()[0] as HTMLElement);
    expect(doc.state.source.value).toMatchObject({
      steps: [{ with: { labels: { second: '2' } } }, {}, {}],
    });
    fireEvent.change(names()[0] as HTMLElement, { target: { value: 'constructor' } });
    fireEvent.blur(names()[0] as HTMLElement);
    expect(doc.text).toContain('constructor:');
  });

  it('a union shows the fields of what was chosen, and starts with what that needs', async () => {
    const doc = await open();
    await showAll();
    pick('Auth', 'Token');
    typeCode('Token', 'abc');
    expect(doc.text).toContain('token: "abc"');
    pick('Auth', 'Nobody');
    expect(doc.text).toContain('auth: none');
    pick('Auth', 'none');
    expect(doc.text).not.toContain('auth');
  });

  it('any field takes an expression in place of its control, and gives it back', async () => {
    const doc = await open();
    await showAll();
    const toggle = within(field('loud')).getByRole('button', { name: /expression/i });
    await userEvent.click(toggle);
    typeCode('Loud', '${{ inputs.loud }}');
    expect(doc.text).toContain('loud: ${{ inputs.loud }}');
    await userEvent.click(within(field('loud')).getByRole('button', { pressed: true }));
    expect(doc.text).not.toContain('loud');
    expect(within(field('loud')).getByRole('switch')).toBeTruthy();
  });

  it('broken YAML in a free field changes nothing until it is whole', async () => {
    const doc = await open();
    await showAll();
    typeCode('Body', '[1, 2]');
    typeCode('Body', '[1, 2');
    expect(doc.text).toContain('body: [1, 2]');
    expect(codeText('Body')).toBe('[1, 2');
  });

  it('a key that the kind does not know is shown, not dropped', async () => {
    const doc = await open({
      text: base.replace('word: hello', 'word: hello\n      toString: kept'),
    });
    expect(codeText('ToString')).toBe('kept');
    typeCode('Word', 'x');
    expect(doc.text).toContain('toString: kept');
  });
});

import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, renderInEditor, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { setStep } from '../document/commands.ts';
import { commentsOf } from '../document/testText.ts';
import { Inspector } from './Inspector.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const file = (body: string) => `# top
name: w
steps:
  - id: one # the first
    uses: many
    with:
      word: x
      body: ${body} # what is sent
`;

async function open(body: string) {
  const shown = await renderInEditor(<Inspector />, { text: file(body), select: ['one'] });
  return shown.document;
}
const body = (doc: Awaited<ReturnType<typeof open>>) =>
  (doc.state.source.value as { steps: { with: { body?: unknown } }[] }).steps[0]?.with.body;
const append = (more: string) => typeCode('Body', codeText('Body') + more);

describe('a field for any value', () => {
  it('text that looks like something else stays text when it is changed', async () => {
    // Bug caught: the version "1.10" becomes the number 1.11 by changing its last digit.
    const doc = await open('"1.10"');
    expect(codeText('Body')).toBe('"1.10"');
    typeCode('Body', '"1.11"');
    expect(body(doc)).toBe('1.11');
    expect(commentsOf(doc.text)).toEqual(commentsOf(file('x')));
  });

  it('text of several lines keeps its lines', async () => {
    // Bug caught: one letter more folds the whole text into one line.
    const doc = await open('"one\\ntwo\\n"');
    const shown = codeText('Body').replace('two', 'three');
    typeCode('Body', shown);
    expect(body(doc)).toBe('one\nthree\n');
  });

  it('a map with an expression in it stays a map', async () => {
    // Bug caught: `user: ${{ inputs.u }}` in one line is taken for text at the first letter typed.
    const doc = await open('{user: "${{ inputs.u }}"}');
    expect(codeText('Body')).toBe('user: ${{ inputs.u }}');
    append('x');
    expect(body(doc)).toEqual({ user: '${{ inputs.u }}x' });
  });

  it('plain words and sentences with an expression need no quotes', async () => {
    const doc = await open('hello');
    typeCode('Body', 'Hello: ${{ inputs.name }}');
    expect(body(doc)).toBe('Hello: ${{ inputs.name }}');
    expect(codeText('Body')).toBe('Hello: ${{ inputs.name }}');
  });

  it('keeps what is typed as it is typed, while it means the same', async () => {
    const doc = await open('a');
    typeCode('Body', '{ a:   1 }');
    expect(codeText('Body')).toBe('{ a:   1 }');
    typeCode('Body', '{ a:   1, }');
    expect(body(doc)).toEqual({ a: 1 });
    expect(codeText('Body')).toBe('{ a:   1, }');
  });

  it('an undo on the canvas is seen in the field, also while something broken stands there', async () => {
    // Bug caught: the field goes on showing what was taken back, and the next letter writes it again.
    const doc = await open('[1]');
    typeCode('Body', '[1, 2]');
    typeCode('Body', '[1, 2');
    expect(screen.getByText('This is not valid YAML yet.')).toBeTruthy();
    act(() => doc.undo());
    expect(body(doc)).toEqual([1]);
    expect(codeText('Body')).toBe('- 1');
    expect(screen.queryByText('This is not valid YAML yet.')).toBeNull();
    act(() => void doc.run(setStep('one', ['with', 'body'], 'other')));
    expect(codeText('Body')).toBe('other');
  });

  it('what refers to itself is broken, and breaks nothing', async () => {
    const doc = await open('a');
    typeCode('Body', '&x [*x]');
    expect(body(doc)).toBe('a');
    expect(codeText('Body')).toBe('&x [*x]');
    expect(screen.getByText('This is not valid YAML yet.')).toBeTruthy();
  });

  it('emptied, its key goes', async () => {
    const doc = await open('a');
    typeCode('Body', ' ');
    expect(body(doc)).toBeUndefined();
    expect(doc.text).not.toContain('body');
  });
});

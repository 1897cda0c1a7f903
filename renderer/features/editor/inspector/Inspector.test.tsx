import {
  acceptCompletion,
  completionStatus,
  currentCompletions,
  startCompletion,
} from '@codemirror/autocomplete';
import { EditorView } from '@codemirror/view';
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  codeText,
  type InEditor,
  renderInEditor,
  sampleRun,
  sampleStep,
  typeCode,
} from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { Inspector } from './Inspector.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const text = `name: w
steps:
  - id: one
    uses: many
    with: {word: hello}
  - id: two
    uses: many
    if: steps.one.outputs.n > 1 # only then
    with:
      word: "\${{ steps.one.outputs.x }}" # said
`;

interface Asked {
  text: string;
  workflow?: string;
  run?: string;
  step?: string;
}

/** The inspector over a platform that knows two names and answers each preview with its text. */
async function open(options: Partial<InEditor> = {}, answer?: (asked: Asked) => object) {
  const asked: Asked[] = [];
  const started: string[] = [];
  const shown = await renderInEditor(<Inspector onRunFrom={(id) => started.push(id)} />, {
    text,
    select: ['two'],
    run: sampleRun([
      sampleStep('one', 0, 1, { outputs: { n: 2, x: '***' } }),
      sampleStep('two', 1),
    ]),
    handlers: {
      'workflows.preview': ({ input }: { input: Asked }) => {
        asked.push(input);
        const names = [
          { label: 'steps.one.outputs.n', type: 'variable', value: 2 },
          { label: 'size', type: 'function', detail: 'size(x)' },
        ];
        return { names, ...(answer?.(input) ?? { value: `is ${input.text}` }) };
      },
    },
    ...options,
  });
  return { ...shown, asked, started };
}

const previews = () => screen.getAllByTestId('value-preview').map((each) => each.textContent);
const viewOf = (label: string) => {
  const field = screen
    .getAllByLabelText(label)
    .find((each) => each.classList.contains('cm-content')) as HTMLElement;
  return EditorView.findFromDOM(field) as EditorView;
};

describe('the live preview', () => {
  it('asks with the run and the step that is shown, for the text and for the bare condition', async () => {
    // Bug caught: a preview against another run, or a condition that is never evaluated.
    const { asked } = await open();
    await waitFor(() => expect(previews()).toHaveLength(2));
    expect(previews()).toEqual(
      expect.arrayContaining([
        'is ${{ steps.one.outputs.x }}',
        'is ${{ steps.one.outputs.n > 1 }}',
      ]),
    );
    expect(asked.every((each) => each.run === 'run_1' && each.step === 'two')).toBe(true);
  });

  it('a plain text is never asked about', async () => {
    const { asked } = await open({ select: ['one'] });
    await waitFor(() => expect(asked.length).toBeGreaterThan(0));
    expect(asked.map((each) => each.text)).toEqual(['']);
    expect(screen.queryByTestId('value-preview')).toBeNull();
  });

  it('what does not evaluate says why, in place of a value', async () => {
    await open({}, () => ({ error: 'no such key: x' }));
    await waitFor(() => expect(previews()).toContain('no such key: x'));
  });

  it('a long value is cut, other types are shown as JSON', async () => {
    await open({}, ({ text: one }) => ({
      value: one.includes('> 1') ? [true, null] : 'x'.repeat(500),
    }));
    await waitFor(() => expect(previews()).toContain('[true,null]'));
    expect(Math.max(...previews().map((each) => each?.length ?? 0))).toBe(160);
  });
});

describe('completion in a field', () => {
  it('offers names inside of an expression with their value, and writes what was chosen', async () => {
    const { document } = await open();
    typeCode('Word', '${{ steps.o }}');
    const view = viewOf('Word');
    act(() => view.dispatch({ selection: { anchor: '${{ steps.o'.length } }));
    await waitFor(() => {
      // The names come from the platform: until they are there, nothing opens.
      if (completionStatus(view.state) === null) act(() => void startCompletion(view));
      expect(currentCompletions(view.state)).toHaveLength(1);
    });
    expect(currentCompletions(view.state)[0]).toMatchObject({
      label: 'steps.one.outputs.n',
      detail: '2',
    });
    await waitFor(() => {
      act(() => void acceptCompletion(view));
      expect(codeText('Word')).toBe('${{ steps.one.outputs.n }}');
    });
    expect(document.text).toContain('word: "${{ steps.one.outputs.n }}" # said');
  });
});

describe('the tabs of a step', () => {
  const tab = (name: string) => userEvent.click(screen.getByRole('tab', { name }));

  it('show what the last run gave it, with secrets as they were kept', async () => {
    await open({ select: ['one'] });
    await tab('Output');
    expect(screen.getByTestId('tab-output').textContent).toContain('***');
    await tab('Input');
    expect(screen.getByTestId('tab-input').textContent).toMatch(/after a run/);
  });

  it('outputs are pinned and freed, and the pin is what is shown', async () => {
    const { document } = await open({ select: ['one'] });
    await tab('Output');
    await userEvent.click(screen.getByTestId('pin-outputs'));
    expect(document.state.pins).toEqual({ one: { n: 2, x: '***' } });
    expect(document.text).toBe(text);
    await userEvent.click(screen.getByTestId('pin-outputs'));
    expect(document.state.pins).toEqual({});
  });

  it('a step that has not run has nothing to pin', async () => {
    await open({ select: ['two'] });
    await tab('Output');
    expect(screen.queryByTestId('pin-outputs')).toBeNull();
  });

  it('a run from here starts at the step that is shown', async () => {
    const { started } = await open();
    await userEvent.click(screen.getByTestId('run-from-here'));
    expect(started).toEqual(['two']);
  });

  it('a run that is looked back at shows no settings to change', async () => {
    await open({ readOnly: true });
    expect(screen.queryByRole('tab', { name: 'Settings' })).toBeNull();
    expect(screen.queryByTestId('step-name')).toBeNull();
  });
});

describe('what is selected', () => {
  it('nothing shows the workflow, several say how many, one shows its form', async () => {
    const { document } = await open({ select: [] });
    expect(screen.getByTestId('section-triggers')).toBeTruthy();
    act(() => document.select(['one', 'two']));
    expect(screen.queryByTestId('section-triggers')).toBeNull();
    expect(screen.queryByTestId('step-id')).toBeNull();
    act(() => document.select(['one']));
    expect(screen.getByTestId('step-id')).toHaveProperty('value', 'one');
  });

  it('another step of the same kind does not take over what was typed in the first', async () => {
    // Bug caught: the field of the first step is kept, and the next letter lands in the second.
    const { document } = await open({ select: ['one'] });
    typeCode('Word', 'changed');
    act(() => document.select(['two']));
    expect(codeText('Word')).toBe('${{ steps.one.outputs.x }}');
    const fields = within(screen.getByTestId('field-word'));
    expect(await fields.findByTestId('value-preview')).toBeTruthy();
    expect(document.text).toContain('with: {word: changed}');
    expect(document.text).toContain('word: "${{ steps.one.outputs.x }}" # said');
  });
});

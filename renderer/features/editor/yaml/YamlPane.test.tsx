import { forEachDiagnostic } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { act, cleanup, screen } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { deleteSteps, setStep } from '../document/commands.ts';
import { YamlPane } from './YamlPane.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const text = `name: w # mine
steps:
  - id: one # first
    uses: many
    with: {word: a}
  - id: two
    uses: shell
    if: steps.one.outputs.n > 1
`;

async function open(source = text, readOnly = false) {
  const { document } = await renderInEditor(<YamlPane />, { text: source, readOnly });
  const view = EditorView.findFromDOM(screen.getByTestId('yaml-content')) as EditorView;
  return { document, view };
}

describe('file and canvas', () => {
  it('what is typed is what the document holds, one undo for one burst of typing', async () => {
    const { document, view } = await open();
    const at = view.state.doc.length;
    act(() => {
      view.dispatch({ changes: { from: at, insert: '# ' }, userEvent: 'input.type' });
      view.dispatch({ changes: { from: at + 2, insert: 'end\n' }, userEvent: 'input.type' });
    });
    expect(document.text).toBe(`${text}# end\n`);
    act(() => document.undo());
    expect(document.text).toBe(text);
    expect(view.state.doc.toString()).toBe(text);
  });

  it('an edit of the canvas changes only its lines, and the cursor stays where it was', async () => {
    // Bug caught: the pane is filled anew with every gesture, and the cursor jumps to the start.
    const { document, view } = await open();
    const cursor = text.indexOf('mine');
    act(() => view.dispatch({ selection: { anchor: cursor } }));
    act(() => void document.run(setStep('two', ['with'], { word: 'b' })));
    expect(view.state.doc.toString()).toBe(document.text);
    expect(view.state.selection.main.head).toBe(cursor);
    act(() => void document.run(deleteSteps(['two'])));
    expect(view.state.doc.toString()).toBe(document.text);
  });

  it('a file of Windows keeps its line endings, whatever side edits it', async () => {
    // Bug caught: the first letter typed turns 400 lines into a change.
    const windows = text.replaceAll('\n', '\r\n');
    const { document, view } = await open(windows);
    expect(codeText('Workflow as YAML')).toBe(text);
    const at = view.state.doc.toString().indexOf('mine') + 4;
    act(() => view.dispatch({ changes: { from: at, insert: '\n# and' }, userEvent: 'input' }));
    expect(document.text).toBe(windows.replace('# mine', '# mine\r\n# and'));
    act(() => void document.run(setStep('one', ['name'], 'One')));
    expect(document.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(view.state.doc.toString()).toBe(document.text.replaceAll('\r\n', '\n'));
  });

  it('a file with line endings of both kinds keeps each of them', async () => {
    // Bug caught: the first letter typed changes every line that ends in the other way.
    const mixed = 'name: w\r\nsteps:\n  - id: a\r\n    uses: many\n';
    const { document, view } = await open(mixed);
    expect(view.state.doc.toString()).toBe(mixed.replaceAll('\r\n', '\n'));
    const at = view.state.doc.toString().indexOf('id: a') + 5;
    act(() => view.dispatch({ changes: { from: at, insert: 'b' }, userEvent: 'input.type' }));
    expect(document.text).toBe(mixed.replace('id: a', 'id: ab'));
    act(() => view.dispatch({ changes: { from: at - 6, to: at + 1 }, userEvent: 'delete' }));
    expect(document.text).toBe('name: w\r\nsteps:\n  -\r\n    uses: many\n');
    act(() => document.undo());
    expect(document.text).toBe(mixed);
    expect(view.state.doc.toString()).toBe(mixed.replaceAll('\r\n', '\n'));
  });

  it('any typing in any line endings changes what was typed over, and nothing else', async () => {
    const line = fc.constantFrom('\n', '\r\n');
    const lines = fc.array(fc.tuple(fc.constantFrom('# a', '', 'b: 1', '  漢'), line), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(lines, fc.nat(), fc.nat(4), async (all, place, length) => {
        const source = all.map(([words, end]) => words + end).join('');
        const { document, view } = await open(source);
        const from = place % (view.state.doc.length + 1);
        const to = Math.min(from + length, view.state.doc.length);
        act(() => view.dispatch({ changes: { from, to, insert: 'x' }, userEvent: 'input.type' }));
        const shown = source.replaceAll('\r\n', '\n');
        expect(document.text.replaceAll('\r\n', '\n')).toBe(
          `${shown.slice(0, from)}x${shown.slice(to)}`,
        );
        const ends = (text: string) => text.match(/\r?\n/g) ?? [];
        const gone = ends(shown.slice(from, to)).length;
        const first = ends(shown.slice(0, from)).length;
        expect(ends(document.text)).toEqual(ends(source).toSpliced(first, gone));
        act(() => document.undo());
        expect(document.text).toBe(source);
        cleanup();
      }),
      { numRuns: 40 },
    );
  });

  it('a letter typed right after an edit of the canvas takes nothing of it back', async () => {
    // Bug caught: the pane learns of the edit with the next drawing only; what is typed before that
    // writes the whole old text again.
    const { document, view } = await open();
    act(() => {
      document.run(setStep('one', ['name'], 'One'));
      const at = view.state.doc.toString().indexOf('# mine') + 6;
      view.dispatch({ changes: { from: at, insert: '!' }, userEvent: 'input.type' });
    });
    expect(document.text).toBe(
      text.replace('# mine', '# mine!').replace('# first\n', '# first\n    name: One\n'),
    );
    expect(view.state.doc.toString()).toBe(document.text);
  });

  it('is no longer told of a document that it does not show', async () => {
    const { document, view } = await open();
    cleanup();
    act(() => void document.run(setStep('one', ['name'], 'One')));
    expect(view.state.doc.toString()).toBe(text);
  });

  it('any typing anywhere arrives byte for byte', async () => {
    const { document, view } = await open();
    const piece = fc.constantFrom('a', '\n', '  - id: x\n', '"', '{', ': ', '漢', '\t', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 9 }), piece)), (edits) => {
        for (const [place, length, insert] of edits) {
          const from = place % (view.state.doc.length + 1);
          const to = Math.min(from + length, view.state.doc.length);
          act(() => view.dispatch({ changes: { from, to, insert }, userEvent: 'input.type' }));
          expect(document.text).toBe(view.state.doc.toString());
        }
      }),
      { numRuns: 40 },
    );
    while (document.state.history.past.length > 0) act(() => document.undo());
    expect(view.state.doc.toString()).toBe(text);
  });

  it('a run that is looked back at cannot be typed in', async () => {
    const { document, view } = await open(text, true);
    expect(view.state.readOnly).toBe(true);
    act(() => document.type([{ from: 0, to: 0, insert: 'x' }]));
    expect(document.text).toBe(text);
  });

  it('the lines of the selected step are tinted, those of several are not', async () => {
    const { document, view } = await open();
    const tinted = () =>
      [...view.dom.querySelectorAll('.cm-step-lines')].map((line) => line.textContent);
    act(() => document.select(['one']));
    expect(tinted()).toEqual(['  - id: one # first', '    uses: many', '    with: {word: a}']);
    act(() => document.select(['one', 'two']));
    expect(tinted()).toEqual([]);
  });
});

describe('problems in the file', () => {
  it('stand under the word they speak of, with what to do', async () => {
    const { document, view } = await open();
    const at = (line: number, column: number, severity?: 'warning') => ({
      code: 'x',
      message: `at ${line}`,
      hint: 'Do this.',
      line,
      column,
      ...(severity ? { severity } : {}),
    });
    act(() => document.check(text, [at(4, 11), at(1, 1, 'warning'), at(400, 1)] as never));
    const found: string[] = [];
    forEachDiagnostic(view.state, (each, from, to) =>
      found.push(`${each.severity} ${view.state.sliceDoc(from, to)}: ${each.message}`),
    );
    expect(found).toEqual(['warning name: at 1\nDo this.', 'error many: at 4\nDo this.']);
  });

  it('move along with their lines until the text is checked again', async () => {
    // Bug caught: with every line that is typed above, the mark slips to the line before.
    const { document, view } = await open();
    const problem = { code: 'x', message: 'Wrong.', line: 4, column: 11 };
    act(() => document.check(text, [problem] as never));
    act(() => view.dispatch({ changes: { from: 0, insert: '# top\n' }, userEvent: 'input.type' }));
    act(() => void document.run(setStep('one', ['name'], 'One')));
    const marked: string[] = [];
    forEachDiagnostic(view.state, (_each, from, to) => marked.push(view.state.sliceDoc(from, to)));
    expect(marked).toEqual(['many']);
    act(() => document.check(document.text, []));
    let left = 0;
    forEachDiagnostic(view.state, () => (left += 1));
    expect(left).toBe(0);
  });
});

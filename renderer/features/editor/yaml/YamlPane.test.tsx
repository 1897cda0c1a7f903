import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { forEachDiagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { act, cleanup, screen } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  codeText,
  manyFields,
  otherKinds,
  renderInEditor,
} from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { deleteSteps, setStep } from '../document/commands.ts';
import { EditorDocument } from '../store/EditorDocument.ts';
import { completeYaml, hoverYaml } from './completeYaml.ts';
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

const kinds = new Map([manyFields, ...otherKinds].map((kind) => [kind.kind, kind]));
const names = [
  { label: 'steps.one.outputs.n', type: 'variable' as const, value: 4 },
  { label: 'size', type: 'function' as const },
];

/** Completes where `|` stands in the text. */
function complete(marked: string, explicit = false): CompletionResult | null {
  const at = marked.indexOf('|');
  const doc = marked.replace('|', '');
  const document = new EditorDocument('w', doc);
  const context = new CompletionContext(EditorState.create({ doc }), at, explicit);
  return completeYaml({ document, kinds: () => kinds, names: () => names })(context);
}
const labels = (marked: string, explicit = false) =>
  complete(marked, explicit)?.options.map((option) => option.label) ?? [];

describe('completion in the file', () => {
  it('kinds behind uses, keys of that kind in with, what is listed behind a key', () => {
    expect(labels('steps:\n  - id: a\n    uses: s|')).toEqual(['many', 'shell', 'http']);
    expect(labels('steps:\n  - uses: many\n    with:\n      w|\n')).toContain('word');
    expect(labels('steps:\n  - with:\n      w|\n    uses: many\n')).toContain('script');
    expect(labels('steps:\n  - uses: many\n    with:\n      size: |')).toEqual(['small', 'large']);
    expect(labels('steps:\n  - uses: nobody\n    with:\n      w|')).toEqual([]);
  });

  it('steps behind needs and goto, also of a file that does not parse right now', () => {
    expect(labels('steps:\n  - id: a\n  - id: b\n    needs: |')).toEqual(['a', 'b']);
    expect(labels('steps:\n  - id: a\n  - id: b\n    needs: [|]', true)).toEqual(['a', 'b']);
  });

  it('in braces what stands there, not what the key before them takes', () => {
    // Bug caught: behind "on_error: {goto: " the words for on_error are offered.
    const steps = 'steps:\n  - id: a\n  - id: b\n    uses: many\n';
    expect(labels(`${steps}    on_error: {goto: |}`, true)).toEqual(['a', 'b']);
    expect(labels(`${steps}    with: {word: x, si|}`)).toContain('size');
    expect(labels(`${steps}    with: {word: x, size: |}`, true)).toEqual(['small', 'large']);
    expect(labels(`${steps}    on_error: |`, true)).toEqual(['fail', 'continue']);
  });

  it('names in an expression and in a bare condition, with the value that they had', () => {
    const wanted = ['steps.one.outputs.n', 'size'];
    expect(labels('steps:\n  - with: {word: "${{ st|')).toEqual(wanted);
    expect(labels('steps:\n  - if: st|')).toEqual(wanted);
    expect(labels('steps:\n  - name: st|')).toEqual([]);
    const [first] = complete('steps:\n  - if: st|')?.options ?? [];
    expect(first).toMatchObject({ detail: '4' });
  });

  it('keys of the workflow at its margin, of a step behind its dash', () => {
    expect(labels('na|')).toEqual(expect.arrayContaining(['name', 'steps', 'on']));
    expect(labels('steps:\n  - u|')).toEqual(expect.arrayContaining(['uses', 'needs', 'if']));
    expect(labels('steps:\n  - u|')).not.toContain('steps');
  });

  it('nothing is offered where nobody asked, and nothing throws anywhere', () => {
    expect(complete('\n|')).toBeNull();
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (place, explicit) => {
        const at = place % (text.length + 1);
        const result = complete(`${text.slice(0, at)}|${text.slice(at)}`, explicit);
        if (result) expect(result.from).toBeLessThanOrEqual(at);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a key that the pointer rests on', () => {
  const said = (word: string) => {
    const knowledge = {
      document: new EditorDocument('w', text),
      kinds: () => kinds,
      names: () => names,
    };
    const state = EditorState.create({ doc: text });
    const tooltip = hoverYaml(knowledge)({ state }, text.indexOf(word) + 1);
    return tooltip?.create(undefined as never).dom.textContent;
  };

  it('says what it means, what its kind does, and nothing of its own text as markup', () => {
    expect(said('word')).toContain('A word');
    expect(said('uses: shell')).toBe('ShellRuns a script');
    expect(said('# mine')).toBeUndefined();
  });
});

import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manyFields, otherKinds } from '#renderer/testing/editorHarness.tsx';
import { EditorDocument } from '../store/EditorDocument.ts';
import { completeYaml, hoverYaml } from './completeYaml.ts';

const text = `name: w # mine
steps:
  - id: one # first
    uses: many
    with: {word: a}
  - id: two
    uses: shell
    if: steps.one.outputs.n > 1
`;

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

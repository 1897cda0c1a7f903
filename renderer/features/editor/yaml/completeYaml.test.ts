import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KindInfo } from '#contract/workflows.ts';
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
function completed(
  marked: string,
  explicit: boolean,
  known: ReadonlyMap<string, KindInfo>,
): CompletionResult | null {
  const at = marked.indexOf('|');
  const doc = marked.replace('|', '');
  const document = new EditorDocument('w', doc);
  const context = new CompletionContext(EditorState.create({ doc }), at, explicit);
  return completeYaml({ document, kinds: () => known, names: () => names })(context);
}
const complete = (marked: string, explicit = false) => completed(marked, explicit, kinds);

/** The same with two kinds that have one field each. */
function ownLabels(marked: string): string[] {
  const kind = (name: string, field: string) =>
    [
      name,
      { ...manyFields, kind: name, with: { properties: { [field]: { type: 'string' } } } },
    ] as const;
  const own = new Map([kind('plain', 'word'), kind('other', 'ours')]);
  return completed(marked, false, own)?.options.map((option) => option.label) ?? [];
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

  it('the kind of the step, not that of the rollback that stands between', () => {
    // Bug caught: below a rollback the fields of its kind are offered for the step.
    const step = 'steps:\n  - id: a\n    uses: plain\n';
    const rollback = '    rollback:\n      uses: other\n      with:\n        o|\n';
    const both = (marked: string) => ownLabels(`${step}${marked}`);
    expect(both(rollback)).toEqual(['ours']);
    expect(both(`${rollback.replace('o|', 'ours: 1')}    with:\n      w|`)).toEqual(['word']);
    expect(both(`    with:\n      w|\n${rollback.replace('o|', '')}`)).toEqual(['word']);
    expect(
      ownLabels(`steps:\n  - with:\n      w|\n    rollback: {uses: other}\n    uses: plain\n`),
    ).toEqual(['word']);
    // Neither of the step before nor of the next one.
    expect(ownLabels('steps:\n  - uses: plain\n  - id: b\n    with:\n      w|')).toEqual([]);
    expect(
      ownLabels('steps:\n  - id: a\n    with:\n      w|\n  - id: b\n    uses: plain\n'),
    ).toEqual([]);
    expect(
      ownLabels('steps:\n- id: a\n  uses: plain\n  with:\n    # first\n\n    w|\n- uses: other\n'),
    ).toEqual(['word']);
  });

  it('a name with a dot or a value with a slash is completed as a whole', () => {
    // Bug caught: "ssh.up" becomes "ssh.ssh.upload".
    const taken = (marked: string) => {
      const result = complete(marked);
      return result && marked.slice(result.from, marked.indexOf('|'));
    };
    expect(taken('steps:\n  - uses: ssh.up|')).toBe('ssh.up');
    expect(taken('steps:\n  - uses: many\n    with:\n      size: text/pl|')).toBe('text/pl');
    expect(taken('steps:\n  - uses: many\n    with: {size: text/pl|}')).toBe('text/pl');
    expect(taken('steps:\n  - uses: many\n    with: {size: x, wo|}')).toBe('wo');
  });

  it.each([
    ['behind a value', 'steps:\n  - uses: many # s|'],
    ['on its own line', 'steps:\n  - uses: many\n    # u|'],
    ['with an expression', 'steps:\n  - if: a # ${{ st|'],
    ['behind a text with a sign', 'steps:\n  - name: "a # b" # ${{ st|'],
  ])('nothing in a comment %s', (_what, marked) => {
    expect(labels(marked, true)).toEqual([]);
  });

  it('a sign in a text begins no comment', () => {
    expect(labels('steps:\n  - name: "a # ${{ st|')).toEqual(['steps.one.outputs.n', 'size']);
    expect(labels("steps:\n  - if: x == '#' && st|")).toEqual(['steps.one.outputs.n', 'size']);
    expect(labels('steps:\n  - name: a#b ${{ st|')).toEqual(['steps.one.outputs.n', 'size']);
  });

  it.each([
    ['on:\n  s|', ['schedule']],
    ['on:\n  schedule:\n    - c|', ['cron', 'timezone']],
    ['on:\n  schedule:\n    - cron: x\n      missed: |', ['none', 'last', 'all']],
    ['inputs:\n  days:\n    t|', ['type', 'default']],
    ['inputs:\n  days:\n    type: |', ['string', 'integer', 'boolean']],
    ['steps:\n  - id: a\n    retry:\n      a|', ['attempts', 'backoff']],
    ['steps:\n  - id: a\n    on_interrupted: |', ['ask', 'retry', 'skip', 'fail']],
    ['steps:\n- id: a\n  u|', ['uses', 'with', 'needs']],
    ['on_failure:\n  - id: a\n  - id: b\n    n|', ['needs', 'note']],
    ['steps:\n  - id: a\n  - id: b\n    needs:\n      - |', ['a', 'b']],
    ['concurrency:\n  mode: |', ['queue']],
    ['steps:\n  - uses: many\n    with:\n      loud: |', ['true', 'false']],
  ])('%j offers what may stand there', (marked, wanted) => {
    expect(labels(marked, true)).toEqual(expect.arrayContaining(wanted));
  });

  it('a function is written with its bracket, an object without a blank behind its colon', () => {
    const options = complete('steps:\n  - if: s|')?.options ?? [];
    expect(options.find((each) => each.label === 'size')?.apply).toBe('size(');
    const keys = complete('steps:\n  - id: a\n    r|')?.options ?? [];
    expect(keys.find((each) => each.label === 'uses')?.apply).toBe('uses: ');
    expect(keys.find((each) => each.label === 'retry')?.apply).toBe('retry:');
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
    expect(said('if:')).toBeTruthy();
  });

  it('wherever it rests, also on what does not parse, nothing throws', () => {
    const document = new EditorDocument('w', text);
    const hover = hoverYaml({ document, kinds: () => kinds, names: () => names });
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('', '[', '{', '"', '\n- ', ': '), (place, noise) => {
        const at = place % (text.length + 1);
        const doc = text.slice(0, at) + noise + text.slice(at);
        const tooltip = hover({ state: EditorState.create({ doc }) }, at);
        if (tooltip) expect(tooltip.create(undefined as never).dom.textContent).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });
});

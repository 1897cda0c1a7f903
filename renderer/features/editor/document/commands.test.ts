import { describe, expect, it } from 'vitest';
import {
  addStep,
  type Command,
  connect,
  deleteSteps,
  disconnect,
  forgetPositions,
  moveSteps,
  reconnect,
  setNeeds,
  setStep,
  setWorkflow,
} from './commands.ts';
import { addNote, changeNote, deleteNotes } from './noteCommands.ts';
import { copy, paste, readClipboard } from './clipboard.ts';
import { EditRefused } from './Plan.ts';
import { renameStep } from './renameStep.ts';
import { readSource } from './Source.ts';
import { commentsOf, edges, graph, handWritten } from './testText.ts';
import { applyChanges } from './TextChange.ts';

function after(text: string, ...commands: Command[]): string {
  return commands.reduce((current, command) => {
    const { changes } = command(readSource(current));
    return applyChanges(current, changes);
  }, text);
}

const chain =
  'name: c\nsteps:\n  - id: a\n    uses: x\n  - id: b\n    uses: x # b\n  - id: c\n    uses: x\n';

describe('adding steps', () => {
  it('between two of a chain: needs are written although the chain says it already', () => {
    const text = after(chain, addStep({ uses: 'wait' }, { between: ['a', 'b'] }));
    expect(text).toBe(chain.replace('  - id: b', '  - id: wait\n    uses: wait\n  - id: b'));
    expect(edges(text)).toEqual(['a>wait', 'b>c', 'wait>b']);
  });

  it('behind a step as a branch: the step that followed silently follows the new one', () => {
    const text = after(chain, addStep({ uses: 'wait' }, { after: 'a' }));
    expect(edges(text)).toEqual(['a>b', 'a>wait', 'b>c']);
    expect(text).toContain('  - id: b\n    uses: x # b\n    needs: [a]\n');
  });

  it('free: the step starts after the last one instead of at once', () => {
    const text = after(chain, addStep({ uses: 'wait', position: [10.4, 20] }, { list: 'steps' }));
    expect(edges(text)).toEqual(['a>b', 'b>c']);
    expect(text).toContain('  - id: wait\n    uses: wait\n    needs: []\n');
    expect(graph(text).positions).toEqual({ wait: [10, 20] });
  });

  it('into an empty workflow and into a list that is not there', () => {
    expect(after('name: n\n', addStep({ uses: 'shell' }, { list: 'steps' }))).toBe(
      'name: n\nsteps:\n  - id: shell\n    uses: shell\n',
    );
    expect(after('name: n\nsteps: []\n', addStep({ uses: 'shell' }, { list: 'steps' }))).toBe(
      'name: n\nsteps:\n  - id: shell\n    uses: shell\n',
    );
    const failing = after(chain, addStep({ uses: 'notify' }, { list: 'on_failure' }));
    expect(failing).toBe(`${chain}on_failure:\n  - id: notify\n    uses: notify\n`);
  });

  it('twice the same kind: two steps with one id', () => {
    const text = after(
      chain,
      addStep({ uses: 'wait' }, { after: 'c' }),
      addStep({ uses: 'wait' }, { after: 'wait' }),
    );
    expect(graph(text).steps.map((step) => step.id)).toEqual(['a', 'b', 'c', 'wait', 'wait_2']);
    expect(edges(text)).toContain('wait>wait_2');
  });
});

describe('deleting steps', () => {
  it('in the middle of a chain: the chain closes without a word', () => {
    expect(after(chain, deleteSteps(['b']))).toBe(
      'name: c\nsteps:\n  - id: a\n    uses: x\n  - id: c\n    uses: x\n',
    );
  });

  it('without rewiring, what followed starts at once instead of following someone else', () => {
    const text = after(chain, deleteSteps(['b'], false));
    expect(edges(text)).toEqual([]);
    expect(text).toContain('needs: []');
  });

  it('cleans needs, goto and places, and keeps comments of others', () => {
    const text = after(
      handWritten,
      moveSteps({ check: [1, 1], dump: [2, 2] }),
      deleteSteps(['check']),
    );
    expect(edges(text)).toEqual(['dump>tell', 'dump>upload', 'upload>tell']);
    expect(text).not.toMatch(/goto|on_error/);
    expect(graph(text).positions).toEqual({ dump: [2, 2] });
    const kept = commentsOf(handWritten).filter((comment) => !/commented out/.test(comment));
    expect(commentsOf(text)).toEqual(kept);
  });

  it('all of them leaves an empty list, not a broken file', () => {
    const text = after(chain, deleteSteps(['a', 'b', 'c']));
    expect(text).toBe('name: c\nsteps: []\n');
  });
});

describe('connecting', () => {
  it('a second predecessor drops the silent one', () => {
    const text = after(chain, connect('a', 'c'));
    expect(edges(text)).toEqual(['a>b', 'a>c', 'b>c']);
    expect(text).toContain('needs: [b, a]');
  });

  it('cutting the silent connection leaves it in place', () => {
    const text = after(chain, disconnect('a', 'b'));
    expect(edges(text)).toEqual(['b>c']);
  });

  it('a cycle is drawn', () => {
    expect(() => after(chain, connect('c', 'a'))).toThrow(EditRefused);
    expect(() => after(chain, connect('b', 'b'))).toThrow(EditRefused);
  });

  it('either end of a connection can be moved', () => {
    const text = after(
      chain,
      reconnect({ source: 'b', target: 'c' }, { source: 'a', target: 'c' }),
    );
    expect(edges(text)).toEqual(['a>b', 'a>c']);
    const other = after(
      after(chain, setNeeds('c', ['a'])),
      reconnect({ source: 'a', target: 'b' }, { source: 'a', target: 'c' }),
    );
    expect(edges(other)).toEqual(['a>c']);
  });

  it('keeps the comment of a need that stays', () => {
    const text = after(handWritten, disconnect('check', 'tell'));
    expect(text).toContain('    - upload # late\n    on_error');
  });
});

describe('renaming a step', () => {
  it('is followed everywhere, and nothing else is touched', () => {
    const text = after(handWritten, moveSteps({ dump: [1, 2] }), renameStep('dump', 'save'));
    expect(text).toContain('- id: save    # the dump');
    expect(text).toContain('needs: [save]');
    expect(text).toContain('value: "${{ steps.save.outputs.size > 10 }}"');
    expect(text).toContain('steps["save"].status');
    expect(text).toContain("'steps.dump is not an expression here'");
    expect(text).toContain('size: ${{ steps.save.outputs.size }}');
    expect(graph(text).positions).toEqual({ save: [1, 2] });
    expect(after(text, renameStep('save', 'dump'))).toBe(
      after(handWritten, moveSteps({ dump: [1, 2] })),
    );
  });

  it('a dash in the new id becomes a subtraction', () => {
    const text = after(handWritten, renameStep('dump', 'my-dump'));
    expect(text).toContain("${{ steps['my-dump'].outputs.size > 10 }}");
    expect(graph(text).steps.find((step) => step.id === 'check')?.with.value).toBe(
      "${{ steps['my-dump'].outputs.size > 10 }}",
    );
  });

  it('is refused for a name that is taken or cannot be one', () => {
    expect(() => after(handWritten, renameStep('dump', 'check'))).toThrow(EditRefused);
    expect(() => after(handWritten, renameStep('dump', '9 lives'))).toThrow(EditRefused);
  });

  it('goto follows', () => {
    expect(after(handWritten, renameStep('check', 'test'))).toContain('on_error: {goto: test}');
  });
});

describe('notes, places and settings', () => {
  it('a note comes, changes and goes, and the file is as before', () => {
    const noted = after(chain, addNote({ text: 'Mind\nthe gap', x: 1.2, y: 2 }));
    expect(graph(noted).notes).toMatchObject([{ text: 'Mind\nthe gap', x: 1, y: 2 }]);
    const changed = after(noted, changeNote('note', { text: 'Ok', width: 90.6 }));
    expect(graph(changed).notes).toMatchObject([{ text: 'Ok', width: 91 }]);
    expect(after(changed, deleteNotes(['note']))).toBe(chain);
  });

  it('tidying up forgets places only', () => {
    const placed = after(chain, moveSteps({ a: [1, 2], b: [3, 4] }));
    expect(after(placed, forgetPositions())).toBe(chain);
  });

  it('what is emptied goes, down to the step and not further', () => {
    const set = after(chain, setStep('a', ['retry', 'attempts'], 3));
    expect(set).toContain('    uses: x\n    retry:\n      attempts: 3\n');
    expect(after(set, setStep('a', ['retry', 'attempts'], undefined))).toBe(chain);
    const workflow = after(chain, setWorkflow(['inputs', 'x', 'type'], 'string'));
    expect(workflow.startsWith('name: c\ninputs:\n  x:\n    type: string\nsteps:')).toBe(true);
    expect(after(workflow, setWorkflow(['inputs', 'x'], undefined))).toBe(chain);
  });
});

describe('the clipboard', () => {
  it('a duplicate keeps comments, follows the same steps and uses its own copies', () => {
    const source = readSource(handWritten);
    const content = readClipboard(copy(source, ['dump', 'check'], []));
    if (!content) throw new Error('unreadable');
    const text = after(handWritten, paste(content));
    expect(text.match(/# header/g)).toHaveLength(2);
    expect(edges(text)).toContain('dump_2>check_2');
    expect(edges(text).filter((edge) => edge.endsWith('>dump_2'))).toEqual([]);
    expect(text).toContain('value: "${{ steps.dump_2.outputs.size > 10 }}"');
    expect(text.startsWith(handWritten.slice(0, handWritten.indexOf('outputs:\n  size')))).toBe(
      true,
    );
  });

  it('into another workflow, needs of the old one do not follow', () => {
    const content = readClipboard(copy(readSource(handWritten), ['tell'], []));
    if (!content) throw new Error('unreadable');
    const text = after(chain, paste(content, { foreign: true, at: [5, 5] }));
    expect(graph(text).steps.at(-1)).toMatchObject({ id: 'tell', after: [] });
  });

  it.each([
    'hello',
    '{"nexus-clipboard":1}',
    '{"nexus-clipboard":2,"steps":[],"notes":[]}',
    '{"nexus-clipboard":1,"steps":[{"id":"a","yaml":"id: b","after":[]}],"notes":[]}',
    '{"nexus-clipboard":1,"steps":[{"id":"a","yaml":"id: a\\n- id: b","after":[]}],"notes":[]}',
  ])('text that is not ours is not pasted: %s', (text) => {
    expect(readClipboard(text)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { addStep, connect, deleteSteps } from '../document/commands.ts';
import { handWritten } from '../document/testText.ts';
import { EditorDocument, isDirty } from './EditorDocument.ts';

const type = (document: EditorDocument, at: number, insert: string) =>
  document.type([{ from: at, to: at, insert }]);

describe('an opened workflow', () => {
  it('keeps the last good graph while the text is broken, and edits nothing then', () => {
    const document = new EditorDocument('backup', handWritten);
    const steps = document.state.graph.steps.length;
    type(document, handWritten.length, 'x: [\n');
    expect(document.state.stale).toBe(true);
    expect(document.state.graph.steps).toHaveLength(steps);
    expect(document.state.problems).toMatchObject([{ code: 'yaml.syntax', severity: 'error' }]);
    expect(document.run(deleteSteps(['dump']))).toBe(false);
    expect(document.state.refused?.message).toContain('does not parse');
    document.undo();
    expect(document.state.stale).toBe(false);
  });

  it('a refused edit says why and changes nothing', () => {
    const document = new EditorDocument('backup', handWritten);
    expect(document.run(connect('tell', 'dump'))).toBe(false);
    expect(document.state.refused).toBeDefined();
    expect(document.text).toBe(handWritten);
    expect(isDirty(document.state)).toBe(false);
  });

  it('what was selected and is gone is no longer selected', () => {
    const document = new EditorDocument('backup', handWritten);
    document.select(['dump', 'check']);
    document.run(deleteSteps(['check']), { select: false });
    expect(document.state.selection).toEqual(['dump']);
    document.run(addStep({ uses: 'wait' }, { after: 'dump' }));
    expect(document.state.selection).toEqual(['wait']);
  });

  it('saving is about the text that was saved, not about what was typed since', () => {
    const document = new EditorDocument('backup', handWritten, { hash: '1' });
    type(document, 0, '# a\n');
    const saved = document.text;
    type(document, 0, '# b\n');
    document.saved(saved, '2');
    expect(isDirty(document.state)).toBe(true);
    document.undo();
    expect(document.state.base.hash).toBe('2');
  });

  it('taking the other text over can be undone', () => {
    const document = new EditorDocument('backup', handWritten, { hash: '1' });
    document.replace('name: other\nsteps: []\n', '2');
    expect(isDirty(document.state)).toBe(false);
    document.undo();
    expect(document.text).toBe(handWritten);
  });

  it('problems of the platform sit on their step, by place before by name', () => {
    const document = new EditorDocument('backup', handWritten);
    const problem = { code: 'x', message: 'm', severity: 'error' as const };
    document.check(handWritten, [
      { ...problem, path: ['steps', 2, 'with'] },
      { ...problem, step: 'tell' },
      problem,
    ]);
    expect([...document.state.problemsOf.keys()]).toEqual(['upload', 'tell']);
    expect(document.state.problems).toHaveLength(3);
  });

  it('the cursor selects its step, and a read-only document only that', () => {
    const document = new EditorDocument('backup', handWritten, { readOnly: true });
    document.selectAt(handWritten.indexOf('pg_dump'));
    expect(document.state.selection).toEqual(['dump']);
    expect(document.run(deleteSteps(['dump']))).toBe(false);
    type(document, 0, 'x');
    expect(document.text).toBe(handWritten);
  });
});

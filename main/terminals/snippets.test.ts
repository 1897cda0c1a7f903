import { describe, expect, it } from 'vitest';
import { openTerminals } from './terminals.testing.ts';

describe('snippets', () => {
  it('are kept, changed and removed', () => {
    const { terminals } = openTerminals();
    const made = terminals.saveSnippet({ name: 'disk', text: 'df -h', run: true });
    terminals.saveSnippet({ name: 'Alpha', text: 'uptime', run: false });
    expect(terminals.snippets().map(({ name }) => name)).toEqual(['Alpha', 'disk']);
    terminals.saveSnippet({ ...made, text: 'df -hT' });
    expect(terminals.snippets()[1]).toEqual({ ...made, text: 'df -hT' });
    expect(terminals.removeSnippet(made.id)).toBe(true);
    expect(terminals.removeSnippet(made.id)).toBe(false);
  });

  it('never hold the value of a secret', () => {
    // Bug caught: a password in plain text in the database.
    const { terminals, redactor } = openTerminals();
    redactor.add('hunter2-hunter2');
    const secret = { name: 'login', text: 'mysql -phunter2-hunter2', run: false };
    expect(() => terminals.saveSnippet(secret)).toThrow(/secret/);
    expect(terminals.snippets()).toEqual([]);
  });

  it('say so when the one to change is gone', () => {
    const { terminals } = openTerminals();
    const gone = { id: 'snip_gone', name: 'a', text: 'b', run: false };
    expect(() => terminals.saveSnippet(gone)).toThrow(/no snippet/);
  });

  it('hold no key presses, and nothing that is not seen', () => {
    // Bug caught: what one operator saved looks like “df -h” in everybody's list, and types more.
    const { terminals } = openTerminals();
    const saved = terminals.saveSnippet({
      name: 'disk \u202e\u0007 usage',
      text: 'df -h\x1b[201~\r\nls\x03\x15 -l\rid\tx\x9b1m',
      run: true,
    });
    expect(saved).toMatchObject({ name: 'disk usage', text: 'df -h[201~\nls -l\nid\tx1m' });
    expect(terminals.snippets()).toEqual([saved]);
    for (const [name, text] of [
      ['a', '\x1b\x03'],
      ['\u200b', 'ls'],
    ] as const)
      expect(() => terminals.saveSnippet({ name, text, run: false })).toThrow(/nothing/);
  });
});

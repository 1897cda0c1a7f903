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
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failurePage } from './failurePage.ts';

describe('the failure page', () => {
  it('tells what failed, where, and what to do', () => {
    const page = failurePage(
      { code: 'database.corrupt', message: 'The database is damaged.', hint: 'Restore a backup.' },
      '/home/ada/nexus',
    );
    for (const text of ['database.corrupt', 'The database is damaged.', 'Restore a backup.'])
      expect(page).toContain(text);
    expect(page).toContain('/home/ada/nexus');
  });

  it('has a hint of its own when the error has none', () => {
    // Bug caught: the page says "undefined" where it should say what to do.
    const page = failurePage({ code: 'internal', message: 'x' }, '/h');
    expect(page).toContain('Read the log file');
    expect(page).not.toContain('undefined');
  });

  it('shows any text as text', () => {
    // Bug caught: a file name in an error message becomes markup on our own origin.
    const marked = fc.string().map((text) => `<img src=x onerror="a">${text}</main><script>`);
    const count = (page: string) => page.split('<').length;
    const plain = count(failurePage({ code: 'c', message: 'm', hint: 'h' }, 'p'));
    fc.assert(
      fc.property(marked, marked, marked, marked, (code, message, hint, home) => {
        expect(count(failurePage({ code, message, hint }, home))).toBe(plain);
      }),
    );
  });
});

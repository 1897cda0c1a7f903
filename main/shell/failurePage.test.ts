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

  it('speaks German where the system does, and keeps the English message to be sent on', () => {
    // Bug caught: the one page that is read in the greatest need is in a foreign language.
    const failure = {
      code: 'database.full',
      message: 'The disk that holds /srv/nexus.db is full.',
      hint: 'Free some space and try again.',
    };
    const page = failurePage(failure, '/srv', 'de-AT');
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('Der Datenträger ist voll.');
    expect(page).toContain('Schaffen Sie Platz');
    expect(page).toContain(failure.message);
    expect(page).not.toContain('Free some space');
    expect(failurePage(failure, '/srv', 'fr')).toContain('Free some space');
  });

  it('says in German around an error that it does not know', () => {
    const page = failurePage({ code: 'internal', message: 'x is undefined' }, '/srv', 'de');
    expect(page).toContain('Nexus konnte nicht starten');
    expect(page).toContain('x is undefined');
    expect(page).toContain('Lesen Sie die Protokolldatei');
  });

  it.each(['database.corrupt', 'database.read_only', 'database.newer', 'platform.running'])(
    'knows %s in German',
    (code) => {
      const page = failurePage({ code, message: 'English words', hint: 'Do this' }, '/srv', 'de');
      expect(page).toContain('<dt>Meldung</dt><dd>English words</dd>');
      expect(page).not.toContain('Do this');
    },
  );

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

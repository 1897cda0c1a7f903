import { describe, expect, it } from 'vitest';
import germanHosts from './platform/de.hosts.json';
import german from './platform/de.json';
import { kindSaid, said, wordsSaid } from './said.ts';
import { manyFields } from '#renderer/testing/editorHarness.tsx';

const unknown = {
  code: 'workflow.unknown_kind',
  message: 'There is no step kind shel.',
  hint: 'Did you mean shell?',
};

describe('what the platform says, in German', () => {
  it('keeps the particulars in their place, and the rest of the problem', () => {
    // Bug caught: the German sentence does not say which kind is unknown, so it helps nobody.
    expect(said({ ...unknown, line: 7 }, 'de')).toEqual({
      code: 'workflow.unknown_kind',
      message: 'Eine Schrittart shel gibt es nicht.',
      hint: 'Meinten Sie shell?',
      line: 7,
    });
  });

  it('puts particulars where German wants them', () => {
    expect(
      said(
        {
          code: 'access.denied',
          message: '“Start run” needs the role operator; ada is viewer.',
        },
        'de',
      ).message,
    ).toBe('Dafür ist die Rolle operator nötig; ada ist viewer („Start run“).');
  });

  it('a sentence known by its code only keeps the English particulars behind it', () => {
    const { message } = said({ code: 'database.full', message: 'No space left on /srv.' }, 'de');
    expect(message).toBe('Der Datenträger ist voll. (No space left on /srv.)');
  });

  it('what no catalogue knows is said as it came', () => {
    // Bug caught: a problem of a plugin shows an empty line.
    const other = { code: 'plugin.own', message: 'It broke.', hint: 'Mend it.' };
    expect(said(other, 'de')).toEqual(other);
    expect(said(unknown, 'en')).toBe(unknown);
  });

  it('a hint of two sentences is said in both', () => {
    const hint = 'Did you mean host? Inputs are declared under inputs.';
    expect(said({ ...unknown, hint }, 'de').hint).toBe(
      'Meinten Sie host? Eingaben stehen unter inputs.',
    );
  });

  it('particulars are text and never a pattern or a gap of their own', () => {
    // Bug caught: a step called {0} or $& comes out as another text.
    for (const id of ['$&', '{0}', '$1', 'a.b', 'x\ny']) {
      const problem = { code: 'workflow.unknown_step', message: `There is no step ${id}.` };
      expect(said(problem, 'de').message).toBe(`Einen Schritt ${id} gibt es nicht.`);
    }
  });

  it('every gap of a German sentence is one of the English', () => {
    // Bug caught: a gap that nothing fills leaves a hole in the sentence.
    const gaps = (text: string) => new Set(text.match(/(?<=\{)\d/g));
    const { messages, ...others } = germanHosts;
    const all = [...Object.values(german.messages), ...Object.values(messages)];
    const forms = [...all, german.hints, ...Object.values(others)] as Record<string, string>[];
    for (const [english, other] of forms.flatMap((each) => Object.entries(each)))
      for (const gap of gaps(other)) expect(gaps(english), english).toContain(gap);
  });
});

describe('what stands in the gaps', () => {
  it('a name that is also a word of ours stays a name', () => {
    // Bug caught: a host called password is called Passwort in German, and nobody finds it.
    const message = 'There is no host password.';
    expect(said({ code: 'host.not_found', message }, 'de').message).toBe(
      'Einen Host password gibt es nicht.',
    );
  });

  it('a number is told from the words before it', () => {
    const message = 'The script failed on a: b said 7 words. 3 were not begun.';
    expect(said({ code: 'ssh.failed', message }, 'de').message).toBe(
      'Das Skript ist auf a gescheitert: b said 7 words. 3 wurden nicht begonnen.',
    );
  });
});

describe('kinds and schedules', () => {
  it('a known kind has a German title, another keeps its own', () => {
    expect(kindSaid({ ...manyFields, kind: 'shell' }, 'de').title).toBe('Skript ausführen');
    expect(kindSaid(manyFields, 'de').title).toBe('Many fields');
    expect(kindSaid({ ...manyFields, kind: 'shell', title: 'Run script' }, 'en').title).toBe(
      'Run script',
    );
  });

  it('words in the language of the window, else in English', () => {
    const schedule = { words: 'Every minute', words_in: { de: 'Jede Minute' } };
    expect(wordsSaid(schedule, 'de')).toBe('Jede Minute');
    expect(wordsSaid(schedule, 'en')).toBe('Every minute');
    expect(wordsSaid({ words: 'Every minute' }, 'de')).toBe('Every minute');
  });
});

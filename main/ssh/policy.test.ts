import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { createQuestions, type Questions } from '#main/questions/index.ts';
import type { Question } from '#contract/questions.ts';
import { approved } from './approve.ts';
import { actionHash, type HostAction, productionGate } from './policy.ts';

const host = (name: string, more: Partial<HostAction['hosts'][number]> = {}) => ({
  id: `host_${name}`,
  name,
  address: `${name}.example`,
  port: 22,
  user: 'deploy',
  environment: 'production',
  ...more,
});
const action = (more: Partial<HostAction> = {}): HostAction => ({
  operation: 'exec',
  command: 'systemctl restart app',
  hosts: [host('a'), host('b')],
  ...more,
});
const gate = productionGate(() => true);

describe('the hash of an action', () => {
  it('is the same in whatever order the hosts stand', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (names) => {
        const hosts = names.map((name) => host(name));
        const inOrder = names.toSorted().map((name) => host(name));
        expect(actionHash(action({ hosts }))).toBe(actionHash(action({ hosts: inOrder })));
      }),
    );
  });

  it.each([
    ['another command', action({ command: 'systemctl restart app ' })],
    ['another operation', action({ operation: 'upload' })],
    ['one host more', action({ hosts: [host('a'), host('b'), host('c')] })],
    ['one host less', action({ hosts: [host('a')] })],
    ['another address', action({ hosts: [host('a', { address: 'x' }), host('b')] })],
    ['another port', action({ hosts: [host('a', { port: 23 }), host('b')] })],
    ['another user', action({ hosts: [host('a', { user: 'root' }), host('b')] })],
    ['another host of that name', action({ hosts: [host('a', { id: 'host_z' }), host('b')] })],
  ])('is another one for %s', (_, other) => {
    // Bug caught: an approval for one thing lets another one through.
    expect(actionHash(other)).not.toBe(actionHash(action()));
  });

  it('cannot be made alike by moving words from the command into a host', () => {
    const text = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, text, (c1, n1, c2, n2) => {
        fc.pre(c1 !== c2 || n1 !== n2);
        const of = (command: string, name: string) =>
          actionHash(action({ command, hosts: [host(name, { id: 'same' })] }));
        expect(of(c1, n1)).not.toBe(of(c2, n2));
      }),
    );
  });
});

describe('the rule for production', () => {
  it.each(['production', 'prod', 'PROD', 'Production'])('means hosts of %s', (environment) => {
    const hosts = [host('a', { environment: 'staging' }), host('b', { environment })];
    expect(gate.check(action({ hosts }))).toMatchObject({ allow: false });
  });

  it.each(['staging', 'preproduction', 'non-prod', 'production2', undefined])(
    'does not mean %s',
    (environment) => {
      const hosts = [{ ...host('a'), ...(environment ? { environment } : { environment: '' }) }];
      expect(gate.check(action({ hosts }))).toEqual({ allow: true });
    },
  );

  it('asks of nobody while the setting is off, and at once when it is on again', () => {
    let on = false;
    const switched = productionGate(() => on);
    expect(switched.check(action())).toEqual({ allow: true });
    on = true;
    expect(switched.check(action())).toMatchObject({ allow: false });
  });

  it('shows what will be done, word by word, on which hosts, and its hash', () => {
    const shown = gate.check(action({ hosts: [host('a'), host('b', { environment: 'test' })] }));
    expect(shown).toMatchObject({ allow: false, title: 'Go on with this on 2 hosts?' });
    if (shown.allow) throw new Error('it was let through');
    expect(shown.text).toBe(
      `Run:\nsystemctl restart app\n\nHosts: a, b\nProduction: a\nSHA-256: ${shown.hash}`,
    );
    const one = gate.check(action({ operation: 'shell', hosts: [host('a')] }));
    expect(one).toMatchObject({
      title: 'Go on with this on a?',
      text: expect.stringMatching(/^Open:/),
    });
  });
});

describe('asking for an approval', () => {
  function asking(answer: (question: Question, questions: Questions) => void) {
    const questions = createQuestions({
      clock: systemClock,
      onAsked: (question) => answer(question, questions),
    });
    return questions;
  }

  it('lets through what is approved, and nothing that is rejected, refused or given up', async () => {
    const decide = (decision: string) =>
      approved(
        gate,
        asking(({ id }, questions) => questions.answer(id, { decision })),
        action(),
        { interactive: true },
      );
    await decide('approve');
    await expect(decide('reject')).rejects.toMatchObject({
      code: 'policy.denied',
      details: { hash: actionHash(action()), retryable: false },
    });
    const refusing = asking(({ id }, questions) => questions.refuse(id));
    await expect(approved(gate, refusing, action(), { interactive: true })).rejects.toMatchObject({
      code: 'question.refused',
    });
    const abort = new AbortController();
    const waiting = approved(
      gate,
      asking(() => abort.abort()),
      action(),
      {
        interactive: true,
        signal: abort.signal,
      },
    );
    await expect(waiting).rejects.toMatchObject({ code: 'question.cancelled' });
  });

  it('asks with the exact text, of the hosts in question, and offers two answers', async () => {
    const asked: Question[] = [];
    await approved(
      gate,
      asking((question, questions) => {
        asked.push(question);
        questions.answer(question.id, { decision: 'approve' });
      }),
      action(),
      { interactive: true },
    );
    expect(asked).toMatchObject([
      {
        kind: 'approval',
        subject: 'a, b',
        text: expect.stringContaining('systemctl restart app'),
        fields: [{ options: [{ value: 'approve' }, { value: 'reject' }] }],
      },
    ]);
  });

  it('fails where nobody may be asked, and asks of nobody where it is allowed', async () => {
    const questions = asking(() => {
      throw new Error('it was asked');
    });
    await expect(approved(gate, questions, action(), { interactive: false })).rejects.toMatchObject(
      {
        code: 'policy.approval_needed',
        message: expect.stringContaining('a, b'),
      },
    );
    await approved(
      productionGate(() => false),
      questions,
      action(),
      { interactive: false },
    );
  });
});

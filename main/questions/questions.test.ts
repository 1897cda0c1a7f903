import { describe, expect, it } from 'vitest';
import type { QuestionEvent } from '#contract/questions.ts';
import { ManualClock } from '#main/base/clock.ts';
import { type Asked, createQuestions } from './index.ts';

const asked: Asked = {
  kind: 'password',
  title: 'Password',
  text: '',
  subject: 'web',
  fields: [{ name: 'password', label: 'Password', type: 'secret' }],
};

describe('questions', () => {
  it('give the first answer to the asker and close for everybody', async () => {
    const questions = createQuestions({ clock: new ManualClock(0) });
    const answer = questions.ask(asked);
    const [open] = questions.list();
    questions.answer(open!.id, { password: 'x', more: 'is dropped' });
    expect(await answer).toEqual({ password: 'x' });
    expect(questions.list()).toEqual([]);
    expect(() => questions.answer(open!.id, { password: 'y' })).toThrow(/no open question/);
  });

  it('refuse an answer that lacks a field or has no such choice, and stay open', async () => {
    const questions = createQuestions({ clock: new ManualClock(0) });
    const options = [{ value: 'yes', label: 'Yes' }];
    const answer = questions.ask({
      ...asked,
      fields: [...asked.fields, { name: 'sure', label: 'Sure', type: 'choice', options }],
    });
    const { id } = questions.list()[0]!;
    expect(() => questions.answer(id, { sure: 'yes' })).toThrow(/Password.*missing/);
    expect(() => questions.answer(id, { password: 'x', sure: 'no' })).toThrow(/no such choice/);
    questions.answer(id, { password: 'x', sure: 'yes' });
    expect(await answer).toEqual({ password: 'x', sure: 'yes' });
  });

  it('end by refusal, by time, by the asker and with the platform', async () => {
    const clock = new ManualClock(0);
    const questions = createQuestions({ clock });
    const abort = new AbortController();
    const ends = [
      questions.ask(asked),
      questions.ask({ ...asked, timeoutMs: 1000 }),
      questions.ask({ ...asked, signal: abort.signal }),
      questions.ask(asked),
    ].map((one) => one.catch((error: { code: string }) => error.code));
    questions.refuse(questions.list()[0]!.id);
    clock.advance(1000);
    abort.abort();
    questions.close();
    expect(await Promise.all(ends)).toEqual([
      'question.refused',
      'question.timeout',
      'question.cancelled',
      'question.cancelled',
    ]);
  });

  it('fail at once where only a watcher could answer and there is none', async () => {
    // Bug caught: a script without a terminal hangs for five minutes on a password prompt.
    const questions = createQuestions({ clock: new ManualClock(0), mustBeWatched: true });
    await expect(questions.ask(asked)).rejects.toMatchObject({ code: 'question.unattended' });
  });

  it('are told to whoever watches: the open ones first, then what comes and goes', async () => {
    const questions = createQuestions({ clock: new ManualClock(0), mustBeWatched: true });
    const stop = new AbortController();
    const seen: QuestionEvent[] = [];
    const watching = (async () => {
      for await (const event of questions.watch(stop.signal)) {
        seen.push(event);
        if (event.type === 'asked') questions.answer(event.question.id, { password: 'x' });
        if (event.type === 'closed') stop.abort();
      }
    })();
    expect(await questions.ask(asked)).toEqual({ password: 'x' });
    await watching;
    expect(seen.map((event) => event.type)).toEqual(['asked', 'closed']);
    await expect(questions.ask(asked)).rejects.toMatchObject({ code: 'question.unattended' });
  });
});

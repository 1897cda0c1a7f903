import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Tooltip } from 'radix-ui';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Question, QuestionEvent } from '#contract/questions.ts';
import { connect } from '#renderer/client/api.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { applyEvents, QuestionHost } from './QuestionHost.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const question = (id: string, more: Partial<Question> = {}): Question => ({
  id,
  kind: 'password',
  title: `Password ${id}`,
  text: 'The host asks for a password.',
  subject: 'web',
  asked_at: '2026-11-21T00:00:00.000Z',
  expires_at: '2099-11-21T00:00:00.000Z',
  fields: [{ name: 'password', label: 'Your word', type: 'secret', required: true }],
  ...more,
});

/** The host over a platform that asks these; resolves with what reaches the platform. */
function show(questions: Question[], role = 'admin') {
  const calls: [string, unknown][] = [];
  let tell: (event: QuestionEvent) => void = () => undefined;
  const done = (id: string) => tell({ type: 'closed', id });
  connect(
    pairedPlatform({
      'platform.whoami': () => ({ name: 'me', role, face: 'window' }),
      'streams.ack': () => ({}),
      'questions.watch': async function* () {
        const queue: QuestionEvent[] = questions.map((one) => ({ type: 'asked', question: one }));
        let wake: () => void = () => undefined;
        tell = (event) => {
          queue.push(event);
          wake();
        };
        for (;;) {
          const items = queue.splice(0);
          if (items.length > 0) yield { stream: 's', bytes: 1, items };
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } as never,
      'questions.answer': ({ input }) => {
        calls.push(['answer', input]);
        done((input as { id: string }).id);
        return {};
      },
      'questions.refuse': ({ input }) => {
        calls.push(['refuse', input]);
        done((input as { id: string }).id);
        return {};
      },
    }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Tooltip.Provider>
        <QuestionHost />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );
  return { calls };
}

describe('questions in the window', () => {
  it('take a secret without showing it, send it once, and go on to the next', async () => {
    const { calls } = show([question('q1'), question('q2')]);
    const field = await screen.findByLabelText(/^Your word/);
    expect(field.getAttribute('type')).toBe('password');
    expect(screen.getByText('1 more waiting')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Answer' }));
    expect(await screen.findByText('Fill this in.')).toBeTruthy();
    await userEvent.type(field, 'hunter2{Enter}');
    await screen.findByText('Password q2');
    expect(calls).toEqual([['answer', { id: 'q1', values: { password: 'hunter2' } }]]);
    // Bug caught: the next question shows what was typed for the one before.
    expect((await screen.findByLabelText<HTMLInputElement>(/^Your word/)).value).toBe('');
  });

  it('of one choice are decided by one click, and closing refuses', async () => {
    const options = [
      { value: 'trust', label: 'Trust it and remember' },
      { value: 'once', label: 'Only this time' },
    ];
    const key: Partial<Question> = {
      kind: 'host_key',
      fields: [{ name: 'answer', label: 'Answer', type: 'choice', required: true, options }],
    };
    const { calls } = show([question('k1', key), question('k2', key)]);
    await userEvent.click(await screen.findByRole('button', { name: 'Trust it and remember' }));
    await screen.findByText('Password k2');
    await userEvent.keyboard('{Escape}');
    await expect
      .poll(() => calls)
      .toEqual([
        ['answer', { id: 'k1', values: { answer: 'trust' } }],
        ['refuse', { id: 'k2' }],
      ]);
  });

  it('are not shown to whoever may not answer', async () => {
    const { calls } = show([question('q1')], 'viewer');
    await expect.poll(() => document.querySelector('[role=dialog]')).toBeNull();
    expect(calls).toEqual([]);
  });
});

describe('applying events', () => {
  it('keeps each question once, however often it is told', () => {
    const asked = (id: string): QuestionEvent => ({ type: 'asked', question: question(id) });
    const open = applyEvents([], [asked('a'), asked('b'), asked('a'), { type: 'closed', id: 'b' }]);
    expect(open.map((one) => one.id)).toEqual(['a']);
  });
});

import { ORPCError } from '@orpc/client';
import { act, cleanup, renderHook, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import i18next from 'i18next';
import { toast } from 'sonner';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { RunDetail, RunEvent } from '#contract/runs.ts';
import { connect } from '#renderer/client/api.ts';
import { renderInEditor, sampleRun, sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { sampleSummary } from '#renderer/testing/samples.ts';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { InputsDialog } from '#renderer/features/workflows/InputsDialog.tsx';
import { Feed, refusing } from '#renderer/testing/windowHarness.tsx';
import { setStep } from '../document/commands.ts';
import { readSource } from '../document/Source.ts';
import { EditorDocument } from '../store/EditorDocument.ts';

import { RunStrip } from './RunStrip.tsx';
import { useLiveRun } from './useLiveRun.ts';
import { declaredInputs, useStartRun } from './useStartRun.ts';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(async () => {
  cleanup();
  toast.dismiss();
  await i18next.changeLanguage('en');
});

const text = 'name: w\nsteps:\n  - id: a\n    uses: many\n  - id: b\n    uses: many\n';

describe('starting what is on the screen', () => {
  const asked: { [key: string]: Json }[] = [];
  let answer: () => unknown;
  beforeEach(() => {
    asked.length = 0;
    answer = () => ({ run: sampleSummary('run_9', { status: 'queued' }) });
    connect(
      pairedPlatform({
        'runs.start': ({ input }: { input: { [key: string]: Json } }) => {
          asked.push(input);
          return answer();
        },
      }),
    );
  });
  const show = (source = text, lastRun?: string) => {
    const document = new EditorDocument('w', source, { hash: 'h' });
    const started = vi.fn();
    const { result } = renderHook(() => useStartRun(document, lastRun, started));
    return { document, started, hook: result };
  };

  it('sends the text only when it differs from the file', async () => {
    // Bug caught: a run of what was saved long ago, while the person looks at something else.
    const { document, started, hook } = show();
    act(() => hook.current.ask());
    await waitFor(() => expect(started).toHaveBeenCalledWith('run_9'));
    expect(asked[0]).toMatchObject({ name: 'w', inputs: {} });
    expect(asked[0]?.['source']).toBeUndefined();
    act(() => void document.run(setStep('a', ['name'], 'Changed')));
    act(() => hook.current.ask());
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.['source']).toBe(document.text);
  });

  it('a key that is held down starts one run', async () => {
    // Bug caught: Ctrl+Enter pressed a moment too long starts thirty backups.
    const { started, hook } = show();
    act(() => {
      hook.current.ask();
      hook.current.ask();
      hook.current.ask();
    });
    await waitFor(() => expect(started).toHaveBeenCalled());
    expect(asked).toHaveLength(1);
    expect(hook.current.busy).toBe(false);
    act(() => hook.current.ask());
    await waitFor(() => expect(asked).toHaveLength(2));
  });

  it('from a step takes the rest from the last run and from what is pinned', async () => {
    const { document, started, hook } = show(text, 'run_3');
    act(() => document.pin('a', { n: 1 }));
    act(() => hook.current.ask('b'));
    await waitFor(() => expect(started).toHaveBeenCalled());
    expect(asked[0]).toMatchObject({
      from_step: 'b',
      from_run: 'run_3',
      pinned: { a: { n: 1 } },
    });
  });

  it('a run from the start is none from a step of an older one', async () => {
    const { started, hook } = show(text, 'run_3');
    act(() => hook.current.ask());
    await waitFor(() => expect(started).toHaveBeenCalled());
    expect(asked[0]).not.toHaveProperty('from_run');
    expect(asked[0]).not.toHaveProperty('pinned');
  });

  it('asks for the inputs that the text declares, and keeps asking when the start is refused', async () => {
    const { started, hook } = show(`inputs:\n  host: {type: string}\n${text}`);
    answer = refusing('run.refused', 'The engine is stopping.');
    act(() => hook.current.ask('b'));
    expect(asked).toEqual([]);
    expect(hook.current.asking).toMatchObject({ from: 'b', inputs: { host: { type: 'string' } } });
    await act(() => hook.current.start({ host: 'eu' }, hook.current.asking?.from));
    expect(asked[0]).toMatchObject({ inputs: { host: 'eu' }, from_step: 'b' });
    expect(started).not.toHaveBeenCalled();
    expect(hook.current.asking).toBeDefined();
    expect(hook.current.busy).toBe(false);
    act(() => hook.current.close());
    expect(hook.current.asking).toBeUndefined();
  });
});

describe('the inputs of a text', () => {
  const read = (source: string) => declaredInputs(readSource(source).value);

  it('are those that the language knows; a half-written one does not hide the others', () => {
    expect(
      read('inputs:\n  a: {type: integer, default: 3}\n  b: {type: nonsense}\n  c: 7\n'),
    ).toEqual({ a: expect.objectContaining({ type: 'integer', default: 3 }) });
    expect(read('inputs: [a]\n')).toEqual({});
    expect(read('inputs: {toString: {type: string}}\n')).toHaveProperty('toString');
  });

  it('whatever stands there, reading them throws nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const inputs = declaredInputs({ inputs: JSON.parse(JSON.stringify(value)) as Json });
        for (const input of Object.values(inputs)) expect(input.type).toBeTypeOf('string');
      }),
    );
  });
});

describe('the form before a run', () => {
  const inputs = {
    host: { type: 'string', description: 'Where to' },
    count: { type: 'integer', default: 2 },
  } as never;
  const show = async (busy = false) => {
    const run = vi.fn();
    const close = vi.fn();
    await renderInEditor(
      <InputsDialog workflow="w" inputs={inputs} busy={busy} onRun={run} onClose={close} />,
      { text },
    );
    return { run, close };
  };

  it('says what is missing only after the first try, and runs with Enter', async () => {
    const { run } = await show();
    expect(screen.queryByText('A value is needed here.')).toBeNull();
    await userEvent.click(screen.getByTestId('run-start'));
    expect(screen.getByText('A value is needed here.')).toBeTruthy();
    expect(run).not.toHaveBeenCalled();
    await userEvent.type(screen.getByLabelText(/host/), 'eu{Enter}');
    expect(run).toHaveBeenCalledExactlyOnceWith({ host: 'eu', count: 2 });
  });

  it('takes no number that is none', async () => {
    const { run } = await show();
    await userEvent.type(screen.getByLabelText(/host/), 'eu');
    const count = screen.getByLabelText(/count/);
    await userEvent.clear(count);
    await userEvent.type(count, 'two{Enter}');
    expect(run).not.toHaveBeenCalled();
    expect(count.getAttribute('aria-invalid')).toBe('true');
  });

  it('is left by Escape, and starts nothing twice while it is busy', async () => {
    const { run, close } = await show(true);
    await userEvent.click(screen.getByTestId('run-start'));
    expect(run).not.toHaveBeenCalled();
    await userEvent.keyboard('{Escape}');
    expect(close).toHaveBeenCalled();
  });
});

describe('the strip above the canvas', () => {
  const running = sampleRun([sampleStep('a', 0, 2), sampleStep('b', 2)], {
    status: 'running',
    ended_at: undefined,
    steps_done: 1,
  });
  const show = async (run: RunDetail | undefined, handlers = {}) => {
    const close = vi.fn();
    const { store } = await renderInEditor(<RunStrip onClose={close} />, {
      text,
      handlers,
      ...(run ? { run } : {}),
    });
    return { close, store, strip: () => screen.queryByTestId('run-strip') };
  };

  it('is not there without a run', async () => {
    expect((await show(undefined)).strip()).toBeNull();
  });

  it('says how far it is, leads to the run, and can be put away', async () => {
    const { close, strip } = await show(running);
    expect(strip()?.textContent).toContain('1 of 2');
    expect(strip()?.textContent).toContain('Running');
    expect(screen.getByTestId('open-run').getAttribute('href')).toBe('/runs/run_1');
    await userEvent.click(within(strip() as HTMLElement).getByRole('button', { name: /Hide/ }));
    expect(close).toHaveBeenCalledOnce();
  });

  it('cancels what goes on, and offers nothing to cancel once it has ended', async () => {
    const cancel = vi.fn(() => ({ run: sampleSummary('run_1') }));
    const { store } = await show(running, { 'runs.cancel': cancel });
    await userEvent.click(screen.getByTestId('cancel-run'));
    await waitFor(() => expect(cancel).toHaveBeenCalledOnce());
    act(() => store.setState({ run: { ...running, status: 'cancelled' } }));
    expect(screen.queryByTestId('cancel-run')).toBeNull();
  });

  it('says what went wrong in the language of the window', async () => {
    // Bug caught: the page is German and the one sentence that matters is English.
    await i18next.changeLanguage('de');
    const error = { code: 'database.full', message: 'No space.', kind: 'operational' as const };
    await show({ ...running, status: 'failed', error });
    expect(screen.getByText('Der Datenträger ist voll. (No space.)')).toBeTruthy();
  });
});

describe('a run that is watched', () => {
  it('fills its store from the stream, and a new run starts with an empty one', async () => {
    // Bug caught: the second run begins with all nodes green, those of the first.
    const feeds: Record<string, Feed<RunEvent>> = { run_1: new Feed(), run_2: new Feed() };
    connect(
      pairedPlatform({
        'runs.watch': (options: { input: { id: string }; signal?: AbortSignal }) =>
          feeds[options.input.id]?.handler(options as never),
      } as never),
    );
    const { result, rerender } = renderHook((id: string | undefined) => useLiveRun(id), {
      initialProps: undefined as string | undefined,
    });
    expect(result.current.store.getState().run).toBeUndefined();
    rerender('run_1');
    await waitFor(() => expect(feeds['run_1']?.readers).toBe(1));
    const run = sampleRun([sampleStep('a', 0)], { status: 'running', ended_at: undefined });
    await act(async () => feeds['run_1']?.push({ type: 'run', run }));
    await waitFor(() => expect(result.current.store.getState().run?.id).toBe('run_1'));
    await act(async () =>
      feeds['run_1']?.push({ type: 'status', id: 'run_1', status: 'succeeded', at: second(4) }),
    );
    await waitFor(() => expect(result.current.store.getState().run?.status).toBe('succeeded'));
    rerender('run_2');
    expect(result.current.store.getState().run).toBeUndefined();
    await waitFor(() => expect(feeds['run_1']?.readers).toBe(0));
  });

  it('one that cannot be watched leaves the store as it is', async () => {
    connect(
      pairedPlatform({
        'runs.watch': () => {
          throw new ORPCError('NOT_FOUND', { message: 'gone' });
        },
      }),
    );
    const { result } = renderHook(() => useLiveRun('run_7'));
    await waitFor(() => expect(result.current.stream.state).toBe('failed'));
    expect(result.current.store.getState().run).toBeUndefined();
  });
});

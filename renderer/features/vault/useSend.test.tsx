import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react';
import { Toaster, toast } from 'sonner';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { useSend } from './useSend.ts';

beforeAll(setupTexts);
afterEach(() => {
  toast.dismiss();
  cleanup();
});

/** Work whose end a test decides. */
function held() {
  let finish = () => {};
  let fail = (_error: Error) => {};
  const work = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return { work: () => work, finish, fail };
}

describe('a call with a secret in it', () => {
  it('runs once, however often it is asked for', async () => {
    // Bug caught: each press of Enter derives a key for half a second.
    const { result } = renderHook(useSend);
    const one = held();
    let calls = 0;
    const work = () => {
      calls += 1;
      return one.work();
    };
    act(() => {
      result.current.send(work);
    });
    act(() => {
      result.current.send(work);
    });
    expect([calls, result.current.busy]).toEqual([1, true]);
    await act(async () => one.finish());
    expect(result.current).toMatchObject({ busy: false, error: undefined });
  });

  it('that fails can be made again, and forgets how it failed', async () => {
    const { result } = renderHook(useSend);
    const failure = new Error('wrong');
    await act(async () => result.current.send(() => Promise.reject(failure)));
    expect(result.current).toMatchObject({ busy: false, error: failure });
    const next = held();
    act(() => {
      result.current.send(next.work);
    });
    expect(result.current).toMatchObject({ busy: true, error: undefined });
    await act(async () => next.finish());
    expect(result.current.error).toBeUndefined();
  });

  it('whose form is gone when it fails is said all the same', async () => {
    // Bug caught: the dialog is left while it saves, it fails, and nobody ever hears of it.
    render(<Toaster />);
    const { result, unmount } = renderHook(useSend);
    const one = held();
    act(() => {
      result.current.send(one.work);
    });
    unmount();
    await act(async () => one.fail(new Error('The disk is full.')));
    await waitFor(() => expect(screen.getAllByText('The disk is full.')).toHaveLength(1));
  });

  it('whose form is there says it in the form alone', async () => {
    render(<Toaster />);
    const { result } = renderHook(useSend);
    await act(async () => result.current.send(() => Promise.reject(new Error('It is locked.'))));
    expect(result.current.error).toBeInstanceOf(Error);
    expect(screen.queryByText('It is locked.')).toBeNull();
  });
});

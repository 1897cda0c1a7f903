import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { RelativeTime } from './RelativeTime.tsx';

beforeAll(setupTexts);
beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const show = () => render(<RelativeTime at={new Date().toISOString()} />);

// Bug caught: the first time on a page is told against the moment when the last one was left.
it('what happens after a while without any time on the page is now, not in a minute', () => {
  show();
  cleanup();
  vi.setSystemTime(Date.now() + 60_000);
  show();
  expect(screen.getByText('now')).toBeTruthy();
});

it('goes on with the time', () => {
  show();
  act(() => void vi.advanceTimersByTime(120_000));
  expect(screen.getByText('2 min. ago')).toBeTruthy();
});

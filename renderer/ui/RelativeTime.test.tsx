import { act, cleanup, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { Elapsed } from './Elapsed.tsx';
import { RelativeTime } from './RelativeTime.tsx';

const start = Date.parse('2026-03-01T10:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

beforeAll(setupTexts);
beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(async () => {
  cleanup();
  vi.useRealTimers();
  await i18next.changeLanguage('en');
});

const later = (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000));

describe('RelativeTime', () => {
  it('grows old by itself and keeps the exact time on hover', () => {
    // Bug caught: a page that stays open says "now" of what happened an hour ago.
    render(<RelativeTime at={at(0)} />);
    later(1);
    const time = screen.getByText('now');
    expect(time.getAttribute('dateTime')).toBe(at(0));
    expect(time.title).toContain('2026');
    later(190);
    expect(time.textContent).toBe('3 min. ago');
  });

  it('looks ahead as well', () => {
    render(<RelativeTime at={at(7200)} />);
    later(1);
    expect(screen.getByText(/^in (1|2) hr\.$/)).toBeTruthy();
  });

  it('in the language of the window', async () => {
    await i18next.changeLanguage('de');
    render(<RelativeTime at={at(-180)} />);
    later(1);
    expect(screen.getByText('vor 3 Min.')).toBeTruthy();
  });
});

describe('Elapsed', () => {
  it('counts while there is no end', () => {
    const { container } = render(<Elapsed from={at(0)} />);
    later(5);
    expect(container.textContent).toBe('5.0 s');
    later(60);
    expect(container.textContent).toBe('1 min 5 s');
  });

  it('stands still once there is one', () => {
    const { container } = render(<Elapsed from={at(0)} to={at(2.5)} />);
    later(60);
    expect(container.textContent).toBe('2.5 s');
  });

  it('is never negative, whatever the clocks of two machines say', () => {
    // Bug caught: a run on a machine whose clock is ahead has been going on for -3 s.
    const { container } = render(<Elapsed from={at(30)} />);
    later(1);
    expect(container.textContent).toBe('0 ms');
  });

  it('of what has not begun there is nothing to say', () => {
    expect(render(<Elapsed />).container.textContent).toBe('');
  });

  it('a hundred times on a page share one timer, which ends with them', () => {
    // Bug caught: a list of 200 runs wakes the page 200 times a second.
    const { unmount } = render(
      <>
        {Array.from({ length: 100 }, (_, index) => (
          <Elapsed key={index} from={at(0)} />
        ))}
      </>,
    );
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});

import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { CopyId, shortId } from './CopyId.tsx';

const id = 'run_01HZX3ABCDEFGHJKMNPQRS9K2F';
const written: string[] = [];

beforeAll(setupTexts);
beforeEach(() => {
  written.length = 0;
  vi.stubGlobal('navigator', {
    clipboard: { writeText: async (text: string) => void written.push(text) },
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('CopyId', () => {
  it('shows the id in short and copies all of it', async () => {
    // Bug caught: what was copied is what is shown, with an ellipsis in the middle.
    render(<CopyId id={id} />);
    const button = screen.getByRole('button');
    expect(button.textContent).toContain('run_…RS9K2F');
    await act(async () => void fireEvent.click(button));
    expect(written).toEqual([id]);
  });

  it('inside a row or a link it copies, and does not open that', async () => {
    const opened = vi.fn();
    render(
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- stands for a row
      <div onClick={opened}>
        <CopyId id={id} />
      </div>,
    );
    await act(async () => void fireEvent.click(screen.getByRole('button')));
    expect(opened).not.toHaveBeenCalled();
  });

  it('says that it was copied, for a moment', async () => {
    vi.useFakeTimers();
    render(<CopyId id={id} />);
    const mark = () => screen.getByRole('button').querySelector('svg')?.getAttribute('class');
    expect(mark()).not.toContain('text-ok');
    await act(async () => void fireEvent.click(screen.getByRole('button')));
    expect(mark()).toContain('text-ok');
    act(() => void vi.advanceTimersByTime(1500));
    expect(mark()).not.toContain('text-ok');
  });

  it('short ids stay whole, and long ones of one kind stay apart', () => {
    expect(shortId('sch_12')).toBe('sch_12');
    expect(shortId('run_01HZX3AAAAAAAAAAAAAA11')).not.toBe(shortId('run_01HZX3AAAAAAAAAAAAAA12'));
  });
});

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { TooltipProvider } from '../Tooltip.tsx';
import { LogView } from './LogView.tsx';

beforeAll(setupTexts);
beforeAll(giveLayout);
afterEach(cleanup);

const show = (texts: string[]) =>
  render(
    <TooltipProvider>
      <LogView lines={texts.map((text, key) => ({ key, text }))} label="Log" fileName="x.log" />
    </TooltipProvider>,
  );

describe('LogView', () => {
  it('draws a few of 100,000 lines', () => {
    show(Array.from({ length: 100_000 }, (_, index) => `line ${index}`));
    expect(screen.getByRole('log').textContent).toContain('line 0');
    expect(screen.getByRole('log').querySelectorAll('[data-index]').length).toBeLessThan(120);
  });

  it('never turns output into elements', () => {
    show(['<b id="evil">x</b>']);
    expect(document.getElementById('evil')).toBeNull();
    expect(screen.getByRole('log').textContent).toContain('<b id="evil">x</b>');
  });

  it('leaves line numbers out of the text that is copied', () => {
    show(['only this']);
    expect(screen.getByRole('log').textContent).toBe('only this\n');
  });

  it('counts and marks what is searched for', async () => {
    show(['ok', 'disk full', 'Disk failed']);
    await userEvent.type(screen.getByLabelText('Search the log'), 'disk');
    expect(screen.getByText('1 of 2')).toBeDefined();
    expect([...document.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual([
      'disk',
      'Disk',
    ]);
  });

  it('brings what is searched for into sight while it is typed, and goes on with enter', async () => {
    // Bug caught: the search counts a hit 90,000 lines below and shows none of it.
    show(Array.from({ length: 1_000 }, (_, index) => (index % 400 === 399 ? 'boom' : 'fine')));
    const log = screen.getByRole('log');
    Object.defineProperty(log, 'scrollHeight', { configurable: true, value: 20_000 });
    const places: number[] = [];
    log.scrollTo = ((options: ScrollToOptions) => void places.push(options.top ?? 0)) as never;
    await userEvent.type(screen.getByLabelText('Search the log'), 'boom');
    screen.getByText('1 of 2');
    const first = places.at(-1)!;
    expect(first).toBeGreaterThan(300 * 20);
    await userEvent.keyboard('{Enter}');
    screen.getByText('2 of 2');
    expect(places.at(-1)!).toBeGreaterThan(first);
    await userEvent.keyboard('{Enter}');
    screen.getByText('1 of 2');
    expect(places.at(-1)).toBe(first);
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    screen.getByText('2 of 2');
  });

  it('finds nothing without a complaint, and takes the search back', async () => {
    show(['a', 'b']);
    await userEvent.type(screen.getByLabelText('Search the log'), 'zzz{Enter}');
    screen.getByText('0 of 0');
    await userEvent.clear(screen.getByLabelText('Search the log'));
    expect(screen.queryByText(/ of /)).toBeNull();
    expect(document.querySelector('mark')).toBeNull();
  });

  it('copies and saves what was written, without colours, prefixes and numbers', async () => {
    // Bug caught: a log that was pasted into a report is full of \u001b[31m and step names.
    const written: string[] = [];
    vi.stubGlobal('navigator', {
      clipboard: { writeText: async (text: string) => void written.push(text) },
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    render(
      <TooltipProvider>
        <LogView
          lines={[
            { key: 1, text: '\u001b[31mred\u001b[0m', prefix: 'pack' },
            { key: 2, text: '  two' },
          ]}
          label="Log"
          fileName="x.log"
        />
      </TooltipProvider>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Copy all' }));
    await waitFor(() => expect(written).toEqual(['red\n  two\n']));
  });

  it('of an empty log there is nothing to copy, and it says so', () => {
    show([]);
    screen.getByText('No output yet.');
    for (const name of ['Copy all', 'Download'])
      expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
  });

  it('a live one follows its end until the reader scrolls up, and follows again when asked', () => {
    // Bug caught: reading an older line of a busy log is impossible, since every new one jumps away.
    const live = (count: number) => (
      <TooltipProvider>
        <LogView
          live
          lines={Array.from({ length: count }, (_, key) => ({ key, text: `line ${key}` }))}
          label="Log"
          fileName="x.log"
        />
      </TooltipProvider>
    );
    const { rerender } = render(live(500));
    const log = screen.getByRole('log');
    const jumps: number[] = [];
    log.scrollTo = ((options: ScrollToOptions) => void jumps.push(options.top ?? 0)) as never;
    rerender(live(501));
    expect(jumps.length).toBeGreaterThan(0);
    Object.defineProperty(log, 'scrollHeight', { configurable: true, value: 10_000 });
    log.scrollTop = 100;
    fireEvent.scroll(log);
    jumps.length = 0;
    rerender(live(502));
    expect(jumps).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Jump to latest' }));
    expect(jumps.length).toBeGreaterThan(0);
    expect(screen.queryByRole('button', { name: 'Jump to latest' })).toBeNull();
  });
});

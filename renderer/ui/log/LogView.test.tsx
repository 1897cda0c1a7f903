import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
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
});

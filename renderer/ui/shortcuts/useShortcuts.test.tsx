import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { TooltipProvider } from '../Tooltip.tsx';
import { ShortcutHelp } from './ShortcutHelp.tsx';
import {
  installSequences,
  type Shortcut,
  useShortcutGroups,
  useShortcuts,
} from './useShortcuts.ts';

let uninstall = () => {};
beforeAll(setupTexts);
beforeEach(() => {
  uninstall = installSequences();
});
afterEach(() => {
  cleanup();
  uninstall();
});

function Keys({ group = 'Page', shortcuts }: { group?: string; shortcuts: Shortcut[] }) {
  useShortcuts(group, shortcuts);
  return <input aria-label="field" />;
}

const press = (key: string, more: object = {}, target: Element = document.body) =>
  fireEvent.keyDown(target, { key, ...more });

describe('useShortcuts', () => {
  it('g then r is one command; g alone, r alone and r then g are none', () => {
    const run = vi.fn();
    render(<Keys shortcuts={[{ keys: 'g r', label: 'Runs', run }]} />);
    press('r');
    press('g');
    press('g');
    expect(run).not.toHaveBeenCalled();
    press('r');
    expect(run).toHaveBeenCalledOnce();
    press('r');
    expect(run).toHaveBeenCalledOnce();
  });

  it('a sequence that was begun long ago is forgotten', () => {
    // Bug caught: g, a cup of coffee, and then r to run something leads to another page.
    const run = vi.fn();
    render(<Keys shortcuts={[{ keys: 'g r', label: 'Runs', run }]} />);
    const at = (key: string, time: number) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true });
      Object.defineProperty(event, 'timeStamp', { value: time });
      document.body.dispatchEvent(event);
    };
    at('g', 1000);
    at('r', 2000);
    expect(run).not.toHaveBeenCalled();
    at('g', 3000);
    at('r', 3500);
    expect(run).toHaveBeenCalledOnce();
  });

  it('letters stay letters in a field, while a modified key works from there', () => {
    const on = { plain: vi.fn(), palette: vi.fn() };
    render(
      <Keys
        shortcuts={[
          { keys: 'x', label: 'Select', run: on.plain },
          { keys: 'mod+k', label: 'Search', run: on.palette },
        ]}
      />,
    );
    press('x', {}, screen.getByLabelText('field'));
    expect(on.plain).not.toHaveBeenCalled();
    press('k', { ctrlKey: true }, screen.getByLabelText('field'));
    expect(on.palette).toHaveBeenCalledOnce();
  });

  it('under an open dialog the page keeps still', () => {
    // Bug caught: typing into a dialog's button row deletes the row chosen in the list behind it.
    const run = vi.fn();
    render(
      <>
        <Keys shortcuts={[{ keys: 'x', label: 'Select', run }]} />
        <div role="dialog" data-modal="" aria-label="d" />
      </>,
    );
    press('x');
    expect(run).not.toHaveBeenCalled();
  });

  it('a key that something nearer has taken is not used twice', () => {
    const run = vi.fn();
    render(<Keys shortcuts={[{ keys: 'x', label: 'Select', run }]} />);
    const taken = (event: Event) => event.preventDefault();
    document.body.addEventListener('keydown', taken);
    press('x');
    document.body.removeEventListener('keydown', taken);
    expect(run).not.toHaveBeenCalled();
  });

  it('always does what the newest render means, and nothing once it is gone', () => {
    // Bug caught: r runs the workflow that was chosen when the list first appeared.
    const [before, after] = [vi.fn(), vi.fn()];
    const { rerender, unmount } = render(
      <Keys shortcuts={[{ keys: 'r', label: 'Run', run: before }]} />,
    );
    rerender(<Keys shortcuts={[{ keys: 'r', label: 'Run', run: after }]} />);
    press('r');
    expect([before.mock.calls.length, after.mock.calls.length]).toEqual([0, 1]);
    unmount();
    press('r');
    expect(after).toHaveBeenCalledOnce();
  });
});

describe('the help', () => {
  const run = () => undefined;

  it('lists the keys of what is on screen, and forgets what is not', () => {
    const { rerender } = render(
      <Keys group="List" shortcuts={[{ keys: 'j', label: 'Next', run }]} />,
    );
    expect(Object.keys(useShortcutGroups.getState().groups)).toEqual(['List']);
    rerender(<Keys group="Editor" shortcuts={[{ keys: 'a', label: 'Add', run }]} />);
    expect(Object.keys(useShortcutGroups.getState().groups)).toEqual(['Editor']);
  });

  it('shows each key as it stands on the keyboard, with what it does', () => {
    render(
      <TooltipProvider>
        <Keys
          shortcuts={[
            { keys: 'g r', label: 'Go to runs', run },
            { keys: 'mod+j', label: 'Panel', run },
          ]}
        />
        <ShortcutHelp open onOpenChange={run} />
      </TooltipProvider>,
    );
    const keysOf = (label: string) =>
      [...screen.getByText(label).parentElement!.querySelectorAll('kbd')].map((k) => k.textContent);
    expect(keysOf('Go to runs')).toEqual(['G', 'R']);
    expect(keysOf('Panel')).toEqual(['Ctrl', 'J']);
  });
});

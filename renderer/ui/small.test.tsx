import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { Badge } from './Badge.tsx';
import { Card } from './Card.tsx';
import { cn } from './cn.ts';
import { Elapsed } from './Elapsed.tsx';
import { EmptyState } from './EmptyState.tsx';
import { IconButton } from './IconButton.tsx';
import { Input, Textarea } from './Input.tsx';
import { Kbd } from './Kbd.tsx';
import { PageHeader } from './PageHeader.tsx';
import { Progress } from './Progress.tsx';
import { shortcutLabel } from './shortcutLabel.ts';
import { ShortcutHelp } from './shortcuts/ShortcutHelp.tsx';
import { useShortcuts } from './shortcuts/useShortcuts.ts';
import { Skeleton } from './Skeleton.tsx';
import { sparkPaths, Sparkline } from './Sparkline.tsx';
import { Switch } from './Switch.tsx';
import { TooltipProvider } from './Tooltip.tsx';
import { useMedia } from './useMedia.ts';

beforeAll(setupTexts);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('what titles and groups', () => {
  it('a card with a title is a region of that name, one without is none', () => {
    // Bug caught: a screen reader lists five regions without a name.
    render(
      <>
        <Card title="Needs you" aside={<a href="#all">All</a>}>
          one
        </Card>
        <Card>two</Card>
      </>,
    );
    expect(screen.getAllByRole('region').map((one) => one.textContent)).toEqual([
      'Needs youAllone',
    ]);
    expect(screen.getByRole('heading', { level: 2, name: 'Needs you' })).toBeTruthy();
  });

  it('a page has one title of the first level, and its actions stand beside it', () => {
    render(
      <PageHeader title="Runs" text="All of them" actions={<button type="button">Go</button>} />,
    );
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
    expect(screen.getByRole('banner').textContent).toBe('RunsAll of themGo');
    cleanup();
    render(<PageHeader title="Runs" />);
    expect(screen.getByRole('banner').children).toHaveLength(1);
  });

  it('a long badge is cut inside of itself and whole on hover', () => {
    render(<Badge title="everything">everything that does not fit</Badge>);
    const text = screen.getByText('everything that does not fit');
    expect(text.className).toContain('truncate');
    expect(text.parentElement?.title).toBe('everything');
    expect(text.parentElement?.className).toContain('max-w-full');
  });

  it('nothing here says so, teaches, and offers what to do; bare, it has no empty holes', () => {
    render(
      <EmptyState title="No hosts" text="Add one." action={<button type="button">Add</button>} />,
    );
    expect(screen.getByRole('button', { name: 'Add' })).toBeTruthy();
    cleanup();
    const { container } = render(<EmptyState title="No hosts" compact />);
    expect(container.querySelectorAll('p')).toHaveLength(1);
    expect(container.firstElementChild?.children).toHaveLength(1);
  });
});

describe('controls', () => {
  it('a button that is only an icon has its words in its name and on hover, with the key', async () => {
    render(
      <TooltipProvider delayDuration={0}>
        <IconButton label="Undo" shortcut="mod+z">
          <svg />
        </IconButton>
      </TooltipProvider>,
    );
    const button = screen.getByRole('button', { name: 'Undo' });
    await userEvent.hover(button);
    const tip = await screen.findByRole('tooltip');
    expect(tip.textContent).toContain('Undo');
    expect(tip.textContent).toContain('Z');
  });

  it('the tooltip comes by keyboard too and goes with Escape', async () => {
    render(
      <TooltipProvider delayDuration={0}>
        <IconButton label="Undo">
          <svg />
        </IconButton>
      </TooltipProvider>,
    );
    await userEvent.tab();
    await screen.findByRole('tooltip');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('tooltip')).toBeNull());
  });

  it('a switch is pressed by pointer and by space, tells what it becomes, and rests when it must', async () => {
    const change = vi.fn();
    const { rerender } = render(<Switch label="Active" checked={false} onChange={change} />);
    const control = screen.getByRole('switch', { name: 'Active' });
    await userEvent.click(control);
    await userEvent.keyboard(' ');
    expect(change.mock.calls).toEqual([[true], [true]]);
    rerender(<Switch label="Active" checked onChange={change} disabled />);
    expect(control.getAttribute('aria-checked')).toBe('true');
    await userEvent.click(control);
    expect(change).toHaveBeenCalledTimes(2);
  });

  it('a field with an icon is one field still: name, value and reference are its own', () => {
    const seen: (HTMLInputElement | null)[] = [];
    render(
      <Input
        ref={(element) => void seen.push(element)}
        icon={<svg />}
        aria-label="Search"
        className="w-64"
        defaultValue="x"
      />,
    );
    const field = screen.getByLabelText('Search');
    expect(seen[0]).toBe(field);
    expect(field.className).not.toContain('w-64');
    expect(field.parentElement?.className).toContain('w-64');
    render(<Textarea aria-label="Long" rows={3} />);
    expect(screen.getByLabelText('Long').tagName).toBe('TEXTAREA');
  });

  it('classes of the caller win over those of the component', () => {
    // Bug caught: `h-10` given from outside loses to the `h-8` inside, or the other way round.
    expect(cn('h-8 px-2', 'h-10')).toBe('px-2 h-10');
    expect(cn('a', false, undefined, null, 'b')).toBe('a b');
  });
});

describe('keys as they are printed', () => {
  it.each([
    ['mod+shift+p', ['Ctrl', 'Shift', 'P']],
    ['g h', ['G', 'H']],
    ['enter', ['↵']],
    ['Escape Tab', ['Esc', 'Tab']],
    ['?', ['?']],
    ['Delete', ['Delete']],
  ])('%s', (keys, printed) => {
    expect(shortcutLabel(keys)).toEqual(printed);
    render(<Kbd keys={keys} />);
    expect(
      screen.getAllByText((_text, element) => element?.tagName === 'KBD').map((k) => k.textContent),
    ).toEqual(printed);
  });

  it('the help lists every key of what is on screen, in its group, and forgets what is gone', () => {
    function Part(props: { group: string; keys: string }) {
      useShortcuts(props.group, [
        { keys: props.keys, label: `${props.group} it`, run: () => undefined },
      ]);
      return null;
    }
    const help = <ShortcutHelp open onOpenChange={() => undefined} />;
    const { rerender } = render(
      <TooltipProvider>
        <Part group="Run" keys="r" />
        <Part group="Edit" keys="mod+e" />
        {help}
      </TooltipProvider>,
    );
    const terms = () => screen.getAllByRole('term').map((one) => one.textContent);
    expect(terms()).toEqual(['Run it', 'Edit it']);
    expect(screen.getByRole('heading', { level: 3, name: 'Edit' })).toBeTruthy();
    rerender(
      <TooltipProvider>
        <Part group="Run" keys="r" />
        {help}
      </TooltipProvider>,
    );
    expect(terms()).toEqual(['Run it']);
  });
});

describe('waiting and counting', () => {
  it('a skeleton has the shape that was asked for and says that it waits', () => {
    const { container } = render(<Skeleton lines={4} />);
    expect(container.querySelector('[aria-busy]')?.children).toHaveLength(4);
  });

  it('progress is told in numbers, and nothing of nothing is not all of it', () => {
    // Bug caught: a run of no steps shows a full bar, or one of NaN.
    const drawn = (value: number, max: number) => {
      const { container } = render(<Progress value={value} max={max} label="Steps" />);
      const style =
        container.querySelector<HTMLElement>('[role=progressbar] span')?.style.transform;
      cleanup();
      return style;
    };
    expect(drawn(1, 4)).toBe('scaleX(0.25)');
    expect(drawn(0, 0)).toBe('scaleX(0)');
    expect(drawn(9, 4)).toBe('scaleX(1)');
    render(<Progress value={1} max={4} label="Steps" />);
    const bar = screen.getByRole('progressbar', { name: 'Steps' });
    expect([bar.ariaValueNow ?? bar.getAttribute('aria-valuenow')]).toEqual(['1']);
  });

  it('what has ended shows how long it took, what goes on counts, what never began shows nothing', () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') });
    const from = '2026-03-01T09:59:58.000Z';
    const { container, rerender } = render(<Elapsed from={from} to="2026-03-01T10:03:10.000Z" />);
    expect(container.textContent).toBe('3 min 12 s');
    rerender(<Elapsed from={from} />);
    expect(container.textContent).toBe('2.0 s');
    act(() => void vi.advanceTimersByTime(3_000));
    expect(container.textContent).toBe('5.0 s');
    rerender(<Elapsed />);
    expect(container.textContent).toBe('');
  });

  it('a clock that lags behind shows no time before the beginning', () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') });
    const { container } = render(<Elapsed from="2026-03-01T10:00:30.000Z" />);
    expect(container.textContent).toBe('0 ms');
  });
});

describe('a sparkline', () => {
  it('is decoration: the value stands beside it', () => {
    const { container } = render(<Sparkline values={[1, 2, null, 3]} color="--accent" />);
    expect(container.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
    expect(container.querySelectorAll('path')).toHaveLength(2);
    expect(container.querySelector('path')?.getAttribute('stroke')).toBe('var(--accent)');
  });

  it('stays in its box, draws every value once, and breaks where there is none', () => {
    const value = fc.option(fc.double({ min: -10, max: 1_000, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.nat(500), (values, ceiling) => {
        const paths = sparkPaths(values, ceiling, 96, 24);
        const points = paths.flatMap((path) => path.match(/[\d.]+ [\d.]+/g) ?? []);
        expect(points).toHaveLength(values.filter((one) => one !== null).length);
        for (const point of points) {
          const [x = 0, y = 0] = point.split(' ').map(Number);
          expect(x >= 0 && x <= 96 && y >= 0 && y <= 24).toBe(true);
        }
        const runs = values.filter(
          (one, at) => one !== null && (at === 0 || values[at - 1] === null),
        );
        expect(paths).toHaveLength(runs.length);
      }),
    );
  });
});

describe('the width of the window', () => {
  it('is heard as it changes, and no longer when nobody asks', () => {
    let matches = false;
    const heard = new Set<() => void>();
    vi.stubGlobal('matchMedia', () => ({
      get matches() {
        return matches;
      },
      addEventListener: (_type: string, tell: () => void) => heard.add(tell),
      removeEventListener: (_type: string, tell: () => void) => heard.delete(tell),
    }));
    function Probe() {
      return <span>{useMedia('(max-width: 10px)') ? 'narrow' : 'wide'}</span>;
    }
    const { container, unmount } = render(<Probe />);
    expect(container.textContent).toBe('wide');
    matches = true;
    act(() => heard.forEach((tell) => tell()));
    expect(container.textContent).toBe('narrow');
    unmount();
    expect(heard.size).toBe(0);
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { setupWindow } from '#renderer/testing/windowHarness.tsx';
import { addSample, windowOf } from './liveWindow.ts';
import { MetricCard } from './MetricCard.tsx';

beforeAll(setupWindow);
afterEach(cleanup);

const T0 = Date.UTC(2026, 0, 1, 12) / 1000;
const values = [10, 20, null, 40];
const history = windowOf(
  {
    step_seconds: 10,
    times: values.map((_, i) => T0 + i * 10),
    series: [
      { metric: 'cpu.total', min: values, avg: values, max: values },
      { metric: 'load.1', min: [1, 2, 3, 4], avg: [1, 2, 3, 4], max: [1, 2, 3, 4] },
    ],
  },
  3600,
);

const card = (more: Partial<Parameters<typeof MetricCard>[0]> = {}) => (
  <MetricCard
    title="Processor"
    unit="percent"
    ceiling={100}
    window={history}
    now={{ up: 1, 'cpu.total': 55 }}
    sync="test"
    metrics={[{ metric: 'cpu.total', label: 'Processor', color: '--accent' }]}
    {...more}
  />
);
const chart = (name = 'Processor') => screen.getByRole('slider', { name });
const reading = (name?: string) => chart(name).getAttribute('aria-valuetext');

describe('a chart', () => {
  test('reads what is now; where nothing came yet, what was last', () => {
    const { rerender } = render(card());
    expect(reading()).toBe('Processor: 55 %');
    rerender(card({ now: {} }));
    expect(reading()).toBe('Processor: 40 %');
    // Bug caught: the last load of a dead host, shown as if it were its load now.
    rerender(card({ now: { up: 0 } }));
    expect(reading()).toBe('Processor: –');
  });

  // Bug caught: what the crosshair shows is out of reach without a mouse.
  test('is read by keys, step by step, gaps as gaps', async () => {
    render(card());
    chart().focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(reading()).toMatch(/:\d\d.*: Processor: –$/);
    await userEvent.keyboard('{ArrowLeft}');
    expect(reading()).toMatch(/Processor: 20 %$/);
    await userEvent.keyboard('{Home}');
    expect(reading()).toMatch(/Processor: 10 %$/);
    await userEvent.keyboard('{End}');
    expect(reading()).toMatch(/Processor: 40 %$/);
    await userEvent.keyboard('{Escape}');
    expect(reading()).toBe('Processor: 55 %');
  });

  test('shares its crosshair with the others of its host, and with no other', async () => {
    const load = { metric: 'load.1', label: 'Load', color: '--info' };
    render(
      <>
        {card()}
        {card({ title: 'Load', unit: 'count', metrics: [load], now: {} })}
        {card({ title: 'Other', metrics: [{ ...load, label: 'Other' }], sync: 'another host' })}
      </>,
    );
    chart().focus();
    await userEvent.keyboard('{Home}');
    expect(reading('Load')).toMatch(/Load: 1$/);
    expect(reading('Other')).not.toMatch(/:\d\d/);
    // Whoever goes on with the tabulator leaves no crosshair behind.
    await userEvent.tab();
    expect(reading('Load')).toBe('Load: 4');
  });

  // Bug caught: the crosshair points beyond the end after older values have gone.
  test('goes on under the crosshair when a sample comes', async () => {
    const { rerender } = render(card());
    chart().focus();
    await userEvent.keyboard('{Home}');
    const at = new Date((T0 + 40) * 1000).toISOString();
    const next = addSample(history, { host: 'local', at, values: { 'cpu.total': 70 } }, 10);
    rerender(card({ window: next, now: { 'cpu.total': 70 } }));
    expect(Number(chart().getAttribute('aria-valuemax'))).toBe(4);
    await userEvent.keyboard('{End}');
    expect(reading()).toMatch(/Processor: 70 %$/);
  });

  test.each([
    ['nothing yet', []],
    ['only gaps', [null, null]],
    ['a single value', [5]],
  ])('of %s stands, and keys do no harm', async (_, known) => {
    const empty = windowOf(
      {
        step_seconds: 10,
        times: known.map((_value, i) => T0 + i * 10),
        series: [{ metric: 'cpu.total', min: known, avg: known, max: known }],
      },
      900,
    );
    render(card({ window: empty, now: {} }));
    chart().focus();
    await userEvent.keyboard('{ArrowLeft}{PageUp}{Home}{End}{ArrowRight}');
    expect(reading()).toMatch(known.at(0) === 5 ? /5 %$/ : /–$/);
  });

  // Bug caught: the chart keeps the colours of the theme that was left, dark on dark.
  test('is drawn anew in another theme, and leaves nothing behind when it goes', () => {
    const { container, unmount } = render(card());
    const first = container.querySelector('canvas');
    window.dispatchEvent(new Event('nexus:theme'));
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
    expect(container.querySelector('canvas')).not.toBe(first);
    const removed = vi.spyOn(window, 'removeEventListener');
    unmount();
    expect(removed.mock.calls.map(([name]) => name)).toContain('nexus:theme');
    removed.mockRestore();
  });
});

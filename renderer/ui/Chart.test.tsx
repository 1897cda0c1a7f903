import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Chart, type ChartProps } from './Chart.tsx';

/** What was drawn: the text that the canvas was asked to write, newest last. */
let written: string[] = [];

beforeAll(() => {
  // happy-dom draws nothing; the axes can still be read from what they would have written.
  const canvas = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'measureText') return () => ({ width: 10 });
        if (name === 'fillText') return (text: string) => void written.push(text);
        return () => undefined;
      },
      set: () => true,
    },
  );
  HTMLCanvasElement.prototype.getContext = () => canvas as never;
  vi.stubGlobal('Path2D', function path() {
    return canvas;
  });
});
beforeEach(() => {
  written = [];
});
afterEach(cleanup);

const hour = 3_600;
const start = Date.UTC(2026, 2, 1, 6) / 1000;
const base: ChartProps = {
  times: [0, 1, 2, 3].map((at) => start + at * hour),
  series: [{ label: 'Failed', color: '--danger', values: [1, null, 3, 2], kind: 'bars' }],
  label: 'Runs per hour',
  language: 'en',
};
// uPlot draws in a microtask.
const draw = async (props: Partial<ChartProps> = {}) => {
  const shown = render(<Chart {...base} {...props} />);
  await act(async () => undefined);
  return shown;
};
const plot = (container: Element) => container.querySelector('.uplot');

describe('a chart', () => {
  it('says in words what it shows', async () => {
    await draw();
    expect(screen.getByRole('img', { name: 'Runs per hour' })).toBeTruthy();
  });

  it('starts its scale at nothing, with the unit on the axis', async () => {
    // Bug caught: two runs and three look like nothing and everything.
    await draw({ unit: ' ms' });
    expect(written).toContain('0 ms');
    expect(written.filter((text) => text.endsWith(' ms')).length).toBeGreaterThan(2);
    expect(written.some((text) => text.startsWith('-'))).toBe(false);
  });

  it('names the hours as the reader does', async () => {
    await draw();
    const english = written.filter((text) => /AM|PM/.test(text));
    expect(english.length).toBeGreaterThan(0);
    cleanup();
    written = [];
    await draw({ language: 'de' });
    expect(written.some((text) => text.includes('Uhr'))).toBe(true);
    expect(written.some((text) => /AM|PM/.test(text))).toBe(false);
  });

  it('takes new values in without being built anew', async () => {
    // Bug caught: every event of the stream throws the chart away, and it flickers.
    const { container, rerender } = await draw();
    const before = plot(container);
    rerender(<Chart {...base} series={[{ ...base.series[0]!, values: [1, null, 3, 90] }]} />);
    await act(async () => undefined);
    expect(plot(container)).toBe(before);
    expect(written.at(-1)).toBe('100');
  });

  it('is built anew for other series, another height or another language', async () => {
    const { container, rerender } = await draw();
    let before = plot(container);
    for (const change of [
      { height: 200 },
      { language: 'de' },
      { series: [{ ...base.series[0]!, color: '--ok' }] },
    ] satisfies Partial<ChartProps>[]) {
      rerender(<Chart {...base} {...change} />);
      await act(async () => undefined);
      expect(plot(container)).not.toBe(before);
      expect(container.querySelectorAll('.uplot')).toHaveLength(1);
      before = plot(container);
    }
  });

  it('is drawn again with the colours of the other theme', async () => {
    const { container } = await draw();
    const before = plot(container);
    act(() => void window.dispatchEvent(new Event('nexus:theme')));
    expect(plot(container)).not.toBe(before);
    expect(container.querySelectorAll('.uplot')).toHaveLength(1);
  });

  it('leaves nothing behind', async () => {
    // Bug caught: a chart of a page long left is drawn again with every change of the theme.
    const { unmount } = await draw();
    unmount();
    written = [];
    window.dispatchEvent(new Event('nexus:theme'));
    await act(async () => undefined);
    expect(written).toEqual([]);
  });

  it('draws with one column, and with none', async () => {
    await draw({ times: [start], series: [{ ...base.series[0]!, values: [1] }] });
    cleanup();
    const { container } = await draw({ times: [], series: [{ ...base.series[0]!, values: [] }] });
    expect(plot(container)).toBeTruthy();
  });
});

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { MetricUnit } from '#contract/monitor.ts';
import { formatMetric } from './formatMetric.ts';

export interface MetricLine {
  label: string;
  /** A token, e.g. `--accent`. */
  color: string;
  values: readonly (number | null)[];
  /** What the value reached within each step; drawn as a band. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
}

export interface MetricChartProps {
  /** Seconds since the epoch, ascending. */
  times: readonly number[];
  lines: readonly MetricLine[];
  unit: MetricUnit;
  /** Length of the span in seconds; the axis ends at the newest time. */
  span: number;
  /** The axis' end, where it has a natural one (100 %, all memory). */
  ceiling?: number;
  /** Charts with the same key share a crosshair. */
  sync: string;
  language: string;
  /** What it shows, for those who do not see it. */
  label: string;
  /** What it reads at the crosshair, or at its end. */
  reading: string;
  /** Index of the time under the crosshair; null without one. */
  cursor: number | null;
  height?: number;
  onCursor: (index: number | null) => void;
}

const HEIGHT = 148;

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Powers of two for bytes, so that the axis says 512 MiB and not 488.
const byteSteps = Array.from({ length: 50 }, (_, i) => 2 ** i);
const plainSteps = Array.from({ length: 16 }, (_, i) => 10 ** (i - 3)).flatMap((ten) => [
  ten,
  2 * ten,
  5 * ten,
]);

function timeWords(language: string, increment: number): Intl.DateTimeFormat {
  if (increment >= 86_400)
    return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const seconds = increment < 60 ? { second: '2-digit' as const } : {};
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', ...seconds });
}

/** For each line its low, its high, and the line itself, which is drawn last. */
function dataOf({ times, lines }: MetricChartProps): uPlot.AlignedData {
  return [
    times as number[],
    ...lines.flatMap(({ values, low, high }) => (low && high ? [high, low, values] : [values])),
  ] as uPlot.AlignedData;
}

/** Where a value stands alone between gaps: no line leads there, so it is a dot. */
export function isolated(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from(values).flatMap((value, index) =>
    value != null && values[index - 1] == null && values[index + 1] == null ? [index] : [],
  );
}

function seriesOf(lines: readonly MetricLine[]): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of lines) {
    const stroke = token(line.color);
    if (line.low && line.high) {
      bands.push({ series: [series.length, series.length + 1], fill: `${stroke}2b` });
      const edge = { stroke: 'transparent', points: { show: false }, spanGaps: false };
      series.push({ ...edge }, { ...edge });
    }
    series.push({
      label: line.label,
      stroke,
      width: 1.5,
      spanGaps: false,
      points: {
        show: false,
        size: 3,
        fill: stroke,
        filter: (plot, index) => isolated(plot.data[index] ?? []),
      },
      ...(lines.length === 1 ? { fill: `${stroke}14` } : {}),
    });
  }
  return { series, bands };
}

function axesOf({ language, unit }: MetricChartProps): uPlot.Axis[] {
  const axis = {
    stroke: token('--text-muted'),
    font: '11px "Inter Variable", sans-serif',
    ticks: { show: false },
  };
  const isBytes = unit === 'bytes' || unit === 'bytes_per_second';
  return [
    {
      ...axis,
      size: 24,
      space: 72,
      grid: { show: false },
      values: (_plot, splits, _axis, _space, increment) => {
        const words = timeWords(language, increment);
        return splits.map((at) => words.format(at * 1000));
      },
    },
    {
      ...axis,
      size: 62,
      space: 34,
      incrs: isBytes ? byteSteps : plainSteps,
      grid: { stroke: token('--border'), width: 1 },
      values: (_plot, splits) => splits.map((value) => formatMetric(value, unit, language)),
    },
  ];
}

/** Where the axis ends when nothing is measured or all of it is nothing. */
const LEAST: Record<MetricUnit, number> = {
  percent: 1,
  bytes: 1024,
  bytes_per_second: 1024,
  seconds: 60,
  count: 1,
};

function options(latest: { props: MetricChartProps }, width: number): uPlot.Options {
  const { props } = latest;
  return {
    width,
    height: props.height ?? HEIGHT,
    legend: { show: false },
    // Half of the last time's label lies beyond the end of the axis.
    padding: [8, 28, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: props.sync },
      points: { size: 6 },
    },
    scales: {
      x: {
        // The whole span, also where nothing is known of its beginning.
        range: (plot) => {
          // Not the range that is handed in: of a single time it is made up around it.
          const end = plot.data[0]?.at(-1) ?? Date.now() / 1000;
          return [end - latest.props.span, end];
        },
      },
      y: {
        range: (_plot, _min, max) => {
          const { ceiling, unit } = latest.props;
          return [0, ceiling ?? Math.max(LEAST[unit], (max ?? 0) * 1.1)];
        },
      },
    },
    axes: axesOf(props),
    ...seriesOf(props.lines),
    hooks: {
      setCursor: [(plot) => latest.props.onCursor(plot.cursor.idx ?? null)],
    },
  };
}

/** Moves the crosshair of this chart, and of those that share it; away from all with null. */
function moveCursor(plot: uPlot, index: number | null): void {
  const time = index === null ? undefined : plot.data[0][index];
  const left = time === undefined ? -10 : plot.valToPos(time, 'x');
  // The third argument tells the charts that share the crosshair; the types do not know it.
  const set = plot.setCursor.bind(plot) as (
    at: { left: number; top: number },
    fire: boolean,
    publish: boolean,
  ) => void;
  set({ left, top: time === undefined ? -10 : 10 }, true, true);
}

/** Where a key moves the crosshair to; undefined for other keys. */
export function cursorAfter(
  key: string,
  at: number | null,
  count: number,
): number | null | undefined {
  const from = at ?? count - 1;
  const within = (index: number) => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowLeft':
      return within(from - 1);
    case 'ArrowRight':
      return within(from + 1);
    case 'PageUp':
      return within(from - 10);
    case 'PageDown':
      return within(from + 10);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}

/** A metric over time: gaps are gaps, the crosshair is shared, colours come from the theme. */
export function MetricChart(props: MetricChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef({ props });
  useEffect(() => {
    latest.current.props = props;
    plot.current?.setData(dataOf(props));
  });
  const shape = JSON.stringify([
    props.lines.map(({ label, color, low }) => [label, color, low !== undefined]),
    props.unit,
    props.height,
    props.language,
    props.sync,
  ]);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let width = element.clientWidth || 320;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        options(latest.current, width),
        dataOf(latest.current.props),
        element,
      );
    };
    draw();
    // Only another width: the chart's own drawing must not start the next round.
    const resize = new ResizeObserver(() => {
      const now = element.clientWidth;
      if (now === 0 || now === width) return;
      width = now;
      plot.current?.setSize({ width, height: latest.current.props.height ?? HEIGHT });
    });
    resize.observe(element);
    window.addEventListener('nexus:theme', draw);
    return () => {
      resize.disconnect();
      window.removeEventListener('nexus:theme', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  return (
    <div
      ref={host}
      // The crosshair is what moves: by mouse, and by arrow keys for those who use none.
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, props.times.length - 1)}
      aria-valuenow={props.cursor ?? Math.max(0, props.times.length - 1)}
      aria-valuetext={props.reading}
      onKeyDown={(event) => {
        const next = cursorAfter(event.key, props.cursor, props.times.length);
        if (next === undefined || !plot.current || props.times.length === 0) return;
        if (next !== null) event.preventDefault();
        moveCursor(plot.current, next);
      }}
      onBlur={() => plot.current && moveCursor(plot.current, null)}
      className="w-full overflow-hidden rounded-control"
      style={{ height: props.height ?? HEIGHT }}
    />
  );
}

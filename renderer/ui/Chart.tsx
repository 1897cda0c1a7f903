import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartSeries {
  label: string;
  /** A token, e.g. `--ok`. */
  color: string;
  values: readonly (number | null)[];
  kind: 'bars' | 'line';
}

export interface ChartProps {
  /** Seconds since the epoch, ascending. */
  times: readonly number[];
  series: readonly ChartSeries[];
  /** What it shows, for those who do not see it. */
  label: string;
  unit?: string;
  height?: number;
  /** Charts with the same key share a crosshair. */
  sync?: string;
  language: string;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The time range with half a column of room at both ends, so that the outer bars are whole. */
function xRange(plot: uPlot, min: number, max: number): uPlot.Range.MinMax {
  const times = plot.data[0];
  const half = times && times.length > 1 ? (max - min) / (times.length - 1) / 2 : 1;
  return [min - half, max + half];
}

function options(props: ChartProps, width: number): uPlot.Options {
  const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.2 });
  const axis = {
    stroke: token('--text-muted'),
    font: '11px "Inter Variable", sans-serif',
    ticks: { show: false },
  };
  const hour = new Intl.DateTimeFormat(props.language, { hour: 'numeric' });
  return {
    width,
    height: props.height ?? 140,
    legend: { show: false },
    // Room on the right for the last hour's label, which is centred below its column.
    padding: [8, 20, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      ...(props.sync ? { sync: { key: props.sync } } : {}),
    },
    scales: {
      x: { range: xRange },
      y: { range: (_plot, _min, max) => [0, Math.max(4, Math.ceil(max * 1.1))] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 60,
        grid: { show: false },
        values: (_plot, splits) => splits.map((at) => hour.format(at * 1000)),
      },
      {
        ...axis,
        size: 36,
        space: 32,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000],
        grid: { stroke: token('--border'), width: 1 },
        values: (_plot, splits) => splits.map((value) => `${value}${props.unit ?? ''}`),
      },
    ],
    series: [
      {},
      ...props.series.map((one) => ({
        label: one.label,
        stroke: token(one.color),
        ...(one.kind === 'bars' && bars
          ? { fill: token(one.color), paths: bars, width: 0 }
          : { width: 1.5 }),
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

/** A small time chart: crosshair shared by key, gaps drawn as gaps, colours from the theme. */
export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [props.times, ...props.series.map((one) => one.values)] as uPlot.AlignedData;
  const latest = useRef({ props, data });
  useEffect(() => {
    latest.current = { props, data };
    plot.current?.setData(data);
  });
  const shape = JSON.stringify([
    props.series.map((one) => [one.label, one.color, one.kind]),
    props.height,
    props.language,
    props.sync,
  ]);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      const now = latest.current;
      plot.current = new uPlot(options(now.props, element.clientWidth || 320), now.data, element);
    };
    draw();
    const resize = new ResizeObserver(() => {
      plot.current?.setSize({
        width: element.clientWidth || 320,
        height: latest.current.props.height ?? 140,
      });
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
  return <div ref={host} role="img" aria-label={props.label} className="w-full" />;
}

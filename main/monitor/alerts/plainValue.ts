import type { MetricUnit } from '#contract/monitor.ts';

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A value with its unit, for notifications and the command line: `92.4 %`, `1.5 GiB/s`, `3 d 4 h`. */
export function plainValue(value: number, unit: MetricUnit): string {
  const short = (number: number) => String(Number(number.toPrecision(3)));
  switch (unit) {
    case 'percent':
      return `${Number(value.toFixed(1))} %`;
    case 'bytes':
    case 'bytes_per_second': {
      const power = Math.min(
        SIZES.length - 1,
        Math.max(0, Math.floor(Math.log(Math.max(1, value)) / Math.log(1024))),
      );
      const text = `${short(value / 1024 ** power)} ${SIZES[power]}`;
      return unit === 'bytes' ? text : `${text}/s`;
    }
    case 'seconds': {
      const minutes = Math.floor(value / 60);
      if (minutes < 1) return `${Math.floor(value)} s`;
      if (minutes < 60) return `${minutes} min`;
      if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
      return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
    }
    case 'count':
      return Number.isInteger(value) ? String(value) : short(value);
  }
}

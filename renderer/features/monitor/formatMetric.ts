import type { MetricUnit } from '#contract/monitor.ts';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

const formats = new Map<string, Intl.NumberFormat>();

function decimal(language: string, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}

/** Three figures: 0.12, 3.4, 27, 980. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
}

function bytes(value: number, language: string): string {
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < BINARY.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${decimal(language, unit === 0 ? 0 : digitsFor(size)).format(size)} ${BINARY[unit]}`;
}

function seconds(value: number, language: string): string {
  const style = (amount: number, unit: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
      Math.floor(amount),
    );
  if (value < 60) return style(value, 'second');
  if (value < 3600) return style(value / 60, 'minute');
  if (value < 86_400) return style(value / 3600, 'hour');
  return style(value / 86_400, 'day');
}

/** A value with its unit, in three figures, as the reader's language writes it. */
export function formatMetric(value: number, unit: MetricUnit, language: string): string {
  switch (unit) {
    case 'percent':
      return `${decimal(language, Math.abs(value) < 10 ? 1 : 0).format(value)} %`;
    case 'bytes':
      return bytes(value, language);
    case 'bytes_per_second':
      return `${bytes(value, language)}/s`;
    case 'seconds':
      return seconds(value, language);
    case 'count':
      return decimal(language, digitsFor(value)).format(value);
  }
}

import i18next from 'i18next';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();
const exactFormats = new Map<string, Intl.DateTimeFormat>();

/** "3 min. ago", "in 2 hours": `at` and `now` in ms since the epoch. Below ten seconds it is "now". */
export function formatRelative(at: number, now: number, language: string): string {
  let format = relativeFormats.get(language);
  if (!format) {
    format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
    relativeFormats.set(language, format);
  }
  const seconds = (at - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) return format.format(0, 'second');
  for (const [unit, length] of units) {
    if (size >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(Math.trunc(seconds), 'second');
}

/** Date and time to the second with the zone, in the reader's locale. */
export function formatExact(at: number, language: string): string {
  let format = exactFormats.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' });
    exactFormats.set(language, format);
  }
  return format.format(at);
}

const tenths = new Map<string, Intl.NumberFormat>();

function formatTenths(value: number, language: string): string {
  let format = tenths.get(language);
  if (!format) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: 1 });
    tenths.set(language, format);
  }
  return format.format(value);
}

/** "840 ms", "3.2 s", "4 min 12 s", "2 h 5 min": a duration given in ms, for narrow columns. */
export function formatDuration(ms: number, language = i18next.language ?? 'en'): string {
  if (!Number.isFinite(ms) || ms < 0) return '';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${formatTenths(Math.floor(ms / 100) / 10, language)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

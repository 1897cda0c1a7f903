import type { CronPattern } from './cron.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const NTH = ['first', 'second', 'third', 'fourth', 'fifth'];
// Times of day are written out up to this many; more are told as minutes past hours.
const MOST_TIMES = 6;

/** A cron pattern in plain English: `At 09:00, Monday to Friday`. */
export function cronWords(pattern: CronPattern): string {
  const months = pattern.months.size === 12 ? '' : monthWords(pattern);
  const days = dayWords(pattern);
  const time = timeWords(pattern);
  if (!days && !months) return /^At \d/.test(time) ? `${time} every day` : time;
  if (!days) return `${time}, every day in ${months}`;
  const told = days.replace(/of the month$/, `of ${months || 'the month'}`);
  return `${time}, ${told}${months && told === days ? ` in ${months}` : ''}`;
}

/** A duration in plain English: `1 hour 30 minutes`. @param ms milliseconds, from 1000. */
export function durationWords(ms: number): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ];
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = unit === 'second' ? rest / size : Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

/** Every 5 minutes; every minute; every day: what follows the word every drops a lone 1. */
export function everyWords(ms: number): string {
  return `Every ${durationWords(ms).replace(/^1 (\w+)$/, '$1')}`;
}

function timeWords({ seconds, minutes, hours }: CronPattern): string {
  const onTheMinute = seconds.length === 1 && seconds[0] === 0;
  const anyHour = hours.length === 24;
  if (!onTheMinute) return secondWords(seconds, minutes, hours);
  if (minutes.length * hours.length <= MOST_TIMES) {
    return `At ${list(hours.flatMap((h) => minutes.map((m) => clock(h, m))))}`;
  }
  const step = stepOf(minutes, 60);
  if (anyHour) {
    if (step) return step === 1 ? 'Every minute' : `Every ${step} minutes`;
    return minutes.length === 1 && minutes[0] === 0
      ? 'Every hour'
      : `Every hour at minute${minutes.length === 1 ? '' : 's'} ${list(minutes)}`;
  }
  const during = hourWords(hours, step ? 59 : minutes.at(-1)!);
  if (step) return `${step === 1 ? 'Every minute' : `Every ${step} minutes`} ${during}`;
  const hourStep = stepOf(hours, 24);
  if (hourStep && minutes.length === 1) {
    return `Every ${hourStep} hours${minutes[0] === 0 ? '' : ` at minute ${minutes[0]}`}`;
  }
  if (minutes.length === 1 && minutes[0] === 0) return `Every hour ${during}`;
  return `At minute${minutes.length === 1 ? '' : 's'} ${list(minutes)} ${during}`;
}

function secondWords(seconds: number[], minutes: number[], hours: number[]): string {
  if (seconds.length * minutes.length * hours.length === 1) {
    return `At ${clock(hours[0]!, minutes[0]!)}:${two(seconds[0]!)}`;
  }
  const step = stepOf(seconds, 60);
  const when = step
    ? step === 1
      ? 'Every second'
      : `Every ${step} seconds`
    : `At second${seconds.length === 1 ? '' : 's'} ${list(seconds)}`;
  const of = timeWords({ seconds: [0], minutes, hours } as CronPattern);
  if (of === 'Every minute') return step ? when : `${when} of every minute`;
  return `${when} of ${of.startsWith('At ') ? of.slice(3) : of.charAt(0).toLowerCase() + of.slice(1)}`;
}

function hourWords(hours: number[], lastMinute: number): string {
  if (hours.at(-1)! - hours[0]! === hours.length - 1) {
    return `from ${clock(hours[0]!, 0)} to ${clock(hours.at(-1)!, lastMinute)}`;
  }
  return `during hours ${list(hours)}`;
}

function dayWords(pattern: CronPattern): string {
  const dates = dateWords(pattern);
  const weekdays = weekdayWords(pattern);
  if (!dates || !weekdays) return dates || weekdays;
  return pattern.anyDay || pattern.anyWeekday
    ? `${dates}, if it is ${weekdays.replace(/^on /, '')}`
    : `${dates} or ${weekdays}`;
}

function dateWords({ days, dayRules }: CronPattern): string {
  if (days.size === 31) return '';
  const parts: string[] = [];
  const dates = [...days].toSorted((a, b) => a - b);
  if (dates.length > 0) {
    parts.push(`on ${dates.length === 1 ? 'day' : 'days'} ${runs(dates, String)} of the month`);
  }
  for (const rule of dayRules) {
    if (rule.type === 'nearest') parts.push(`on the weekday nearest to day ${rule.day}`);
    else if (rule.back === 0) {
      parts.push(`on the last ${rule.weekday ? 'weekday' : 'day'} of the month`);
    } else {
      const days = `${rule.back} day${rule.back === 1 ? '' : 's'} before the last day of the month`;
      parts.push(rule.weekday ? `on the weekday nearest to ${days}` : days);
    }
  }
  return list(parts);
}

function weekdayWords({ weekdays, weekdayRules }: CronPattern): string {
  if (weekdays.size === 7) return '';
  const parts: string[] = [];
  // Weeks are told from Monday, so that SAT,SUN stay together.
  const days = [...weekdays].map((day) => (day + 6) % 7).toSorted((a, b) => a - b);
  if (days.length > 0) parts.push(runs(days, (day) => WEEKDAYS[(day + 1) % 7]!));
  for (const { weekday, nth } of weekdayRules) {
    const which = nth === 'last' ? 'last' : NTH[nth - 1];
    parts.push(`the ${which} ${WEEKDAYS[weekday]} of the month`);
  }
  const text = list(parts);
  return weekdayRules.length > 0 || days.length === 1 || !text.includes(' to ')
    ? `on ${text}`
    : text;
}

function monthWords({ months }: CronPattern): string {
  return runs(
    [...months].toSorted((a, b) => a - b),
    (month) => MONTHS[month - 1]!,
  );
}

/** `Monday to Friday and Sunday`: three and more in a row become a range. */
function runs(values: number[], name: (value: number) => string): string {
  const parts: string[] = [];
  for (let i = 0; i < values.length; ) {
    let end = i;
    while (values[end + 1] === values[end]! + 1) end += 1;
    if (end - i >= 2) parts.push(`${name(values[i]!)} to ${name(values[end]!)}`);
    else for (let k = i; k <= end; k += 1) parts.push(name(values[k]!));
    i = end + 1;
  }
  return list(parts);
}

/** The step of values that fill `size` evenly from 0; undefined when they do not. */
function stepOf(values: number[], size: number): number | undefined {
  const step = values.length > 1 ? values[1]! - values[0]! : 0;
  const even = values[0] === 0 && step > 0 && values.length * step === size;
  return even && values.every((value, i) => value === i * step) ? step : undefined;
}

function list(items: (string | number)[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const two = (n: number): string => String(n).padStart(2, '0');
const clock = (hour: number, minute: number): string => `${two(hour)}:${two(minute)}`;

import type { CronPattern } from './cron.ts';
import { listed, type Phrases, type Unit } from './phrases.ts';
import { english } from './phrasesEnglish.ts';
import { german } from './phrasesGerman.ts';

/** The languages in which schedules are told besides English. */
export const otherLanguages: Readonly<Record<string, Phrases>> = { de: german };

// Times of day are written out up to this many; more are told as minutes past hours.
const MOST_TIMES = 6;

/** A cron pattern in plain words: `At 09:00, Monday to Friday`. */
export function cronWords(pattern: CronPattern, p: Phrases = english): string {
  const months = pattern.months.size === 12 ? '' : monthWords(pattern, p);
  const days = dayWords(pattern, p);
  const time = timeWords(pattern, p);
  if (!days && !months) return p.isAt.test(time) ? p.daily(time) : time;
  if (!days) return p.dailyIn(time, months);
  return `${time}, ${months ? p.daysIn(days, months) : days}`;
}

/** An interval in plain words: `Every 1 hour 30 minutes`, `Every day`. @param ms milliseconds, from 1000. */
export function everyWords(ms: number, p: Phrases = english): string {
  const units: [Unit, number][] = [
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
    if (count > 0) parts.push(p.duration(unit, count));
  }
  return p.everyDuration(parts.join(' '));
}

/** A single time in plain words. @param local `2026-12-24T18:00`, in the schedule's zone */
export function onceWords(local: string, p: Phrases = english): string {
  const [date = '', time = ''] = local.split('T');
  return p.once(date, time);
}

function timeWords({ seconds, minutes, hours }: CronPattern, p: Phrases): string {
  const onTheMinute = seconds.length === 1 && seconds[0] === 0;
  const anyHour = hours.length === 24;
  if (!onTheMinute) return secondWords(seconds, minutes, hours, p);
  if (minutes.length * hours.length <= MOST_TIMES) {
    const times = hours.flatMap((h) => minutes.map((m) => clock(h, m)));
    return p.at(listed(times, p.and));
  }
  const step = stepOf(minutes, 60);
  const told = listed(minutes, p.and);
  const onTheHour = minutes.length === 1 && minutes[0] === 0;
  if (anyHour) {
    if (step) return p.every('minute', step);
    return onTheHour ? p.every('hour', 1) : p.hourlyAt(minutes.length, told);
  }
  const during = hourWords(hours, step ? 59 : minutes.at(-1)!, p);
  if (step) return `${p.every('minute', step)} ${during}`;
  const hourStep = stepOf(hours, 24);
  if (hourStep && minutes.length === 1) return p.everyHoursAt(hourStep, minutes[0]!);
  if (onTheHour) return `${p.every('hour', 1)} ${during}`;
  return `${p.atMinutes(minutes.length, told)} ${during}`;
}

function secondWords(seconds: number[], minutes: number[], hours: number[], p: Phrases): string {
  if (seconds.length * minutes.length * hours.length === 1) {
    return p.at(`${clock(hours[0]!, minutes[0]!)}:${two(seconds[0]!)}`);
  }
  const step = stepOf(seconds, 60);
  const when = step ? p.every('second', step) : p.atSeconds(seconds.length, listed(seconds, p.and));
  const of = timeWords({ seconds: [0], minutes, hours } as CronPattern, p);
  if (of === p.every('minute', 1)) return step ? when : p.ofEveryMinute(when);
  return p.secondsOf(when, of);
}

function hourWords(hours: number[], lastMinute: number, p: Phrases): string {
  if (hours.at(-1)! - hours[0]! === hours.length - 1) {
    return p.fromTo(clock(hours[0]!, 0), clock(hours.at(-1)!, lastMinute));
  }
  return p.duringHours(listed(hours, p.and));
}

function dayWords(pattern: CronPattern, p: Phrases): string {
  const dates = dateWords(pattern, p);
  const weekdays = weekdayWords(pattern, p);
  if (!dates || !weekdays) return dates || weekdays;
  return pattern.anyDay || pattern.anyWeekday ? p.both(dates, weekdays) : p.either(dates, weekdays);
}

function dateWords({ days, dayRules }: CronPattern, p: Phrases): string {
  if (days.size === 31) return '';
  const parts: string[] = [];
  const dates = [...days].toSorted((a, b) => a - b);
  if (dates.length > 0)
    parts.push(
      p.onDays(
        dates.length,
        runs(dates, (day) => p.day(day), p),
      ),
    );
  for (const rule of dayRules) {
    if (rule.type === 'nearest') parts.push(p.nearestTo(rule.day));
    else if (rule.back === 0) parts.push(p.lastDay(rule.weekday));
    else parts.push(p.beforeLast(rule.back, rule.weekday));
  }
  return listed(parts, p.and);
}

function weekdayWords({ weekdays, weekdayRules }: CronPattern, p: Phrases): string {
  if (weekdays.size === 7) return '';
  // Weeks are told from Monday, so that SAT,SUN stay together.
  const days = [...weekdays].map((day) => (day + 6) % 7).toSorted((a, b) => a - b);
  const rules = weekdayRules.map(({ weekday, nth }) => p.nthWeekday(nth, p.weekdays[weekday]!));
  if (days.length === 0 && rules.length === 0) return '';
  const told = runs(days, (day) => p.weekdays[(day + 1) % 7]!, p);
  return p.onWeekdays(days.length === 0 ? undefined : told, rules);
}

function monthWords({ months }: CronPattern, p: Phrases): string {
  return runs(
    [...months].toSorted((a, b) => a - b),
    (month) => p.months[month - 1]!,
    p,
  );
}

/** `Monday to Friday and Sunday`: three and more in a row become a range. */
function runs(values: number[], name: (value: number) => string, p: Phrases): string {
  const parts: string[] = [];
  for (let i = 0; i < values.length; ) {
    let end = i;
    while (values[end + 1] === values[end]! + 1) end += 1;
    if (end - i >= 2) parts.push(`${name(values[i]!)} ${p.to} ${name(values[end]!)}`);
    else for (let k = i; k <= end; k += 1) parts.push(name(values[k]!));
    i = end + 1;
  }
  return listed(parts, p.and);
}

/** The step of values that fill `size` evenly from 0; undefined when they do not. */
function stepOf(values: number[], size: number): number | undefined {
  const step = values.length > 1 ? values[1]! - values[0]! : 0;
  const even = values[0] === 0 && step > 0 && values.length * step === size;
  return even && values.every((value, i) => value === i * step) ? step : undefined;
}

const two = (n: number): string => String(n).padStart(2, '0');
const clock = (hour: number, minute: number): string => `${two(hour)}:${two(minute)}`;

import { civilOf, dayNumber, monthLength, weekdayOf } from './calendar.ts';
import type { CronPattern, MonthDayRule, WeekdayRule } from './cron.ts';

// The Gregorian calendar repeats after 400 years, weekdays included: what does not occur in that
// time never occurs.
const CYCLE_MONTHS = 400 * 12;

/**
 * The first day (as days since 1970-01-01) at or after `day` that matches the pattern's day of
 * month, month and day of week; undefined when there is none, ever.
 */
export function nextDay(pattern: CronPattern, day: number): number | undefined {
  const start = civilOf(day);
  let { year, month } = start;
  let from = start.day;
  for (let seen = 0; seen <= CYCLE_MONTHS; seen += 1) {
    if (pattern.months.has(month)) {
      const first = dayNumber(year, month, 1);
      const length = monthLength(year, month);
      const matches = monthMatcher(pattern, first, length);
      for (let date = from; date <= length; date += 1) if (matches(date)) return first + date - 1;
    }
    from = 1;
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return undefined;
}

/** Tells for one month which of its dates match; Vixie cron's rule for joining the two day fields. */
function monthMatcher(
  pattern: CronPattern,
  first: number,
  length: number,
): (date: number) => boolean {
  const special = new Set(pattern.dayRules.map((rule) => dateOf(rule, first, length)));
  const byDate = (date: number) => pattern.days.has(date) || special.has(date);
  const byWeekday = (date: number) => {
    const weekday = weekdayOf(first + date - 1);
    if (pattern.weekdays.has(weekday)) return true;
    return pattern.weekdayRules.some(
      (rule) => rule.weekday === weekday && isNth(rule, date, length),
    );
  };
  return pattern.anyDay || pattern.anyWeekday
    ? (date) => byDate(date) && byWeekday(date)
    : (date) => byDate(date) || byWeekday(date);
}

function isNth(rule: WeekdayRule, date: number, length: number): boolean {
  return rule.nth === 'last' ? date + 7 > length : Math.ceil(date / 7) === rule.nth;
}

/** The date a rule means in a month; undefined (or 0 and below) where the month has no such day. */
function dateOf(rule: MonthDayRule, first: number, length: number): number | undefined {
  if (rule.type === 'nearest') {
    return rule.day > length ? undefined : nearestWeekday(rule.day, first, length);
  }
  const date = length - rule.back;
  if (date < 1) return undefined;
  return rule.weekday ? nearestWeekday(date, first, length) : date;
}

/** The weekday (Monday to Friday) nearest to a date without leaving its month, as Quartz defines `W`. */
function nearestWeekday(date: number, first: number, length: number): number {
  const weekday = weekdayOf(first + date - 1);
  if (weekday === 6) return date > 1 ? date - 1 : date + 2;
  if (weekday === 0) return date < length ? date + 1 : date - 2;
  return date;
}

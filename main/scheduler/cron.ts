import { NexusError } from '#main/base/errors.ts';
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  fieldError,
  HOUR,
  itemValues,
  MINUTE,
  MONTH,
  SECOND,
  valueOf,
} from './cron-field.ts';
import type { FieldRules } from './cron-field.ts';

/** A rule for the day of the month that depends on the month: `L`, `L-3`, `15W`, `LW`. */
export type MonthDayRule =
  | { type: 'last'; back: number; weekday: boolean }
  | { type: 'nearest'; day: number };

/** A rule for the day of the week that depends on the month: `MON#2`, `5L` (nth = 'last'). */
export interface WeekdayRule {
  weekday: number;
  nth: 1 | 2 | 3 | 4 | 5 | 'last';
}

/** A cron expression, parsed. Values are sorted and free of doubles. */
export interface CronPattern {
  source: string;
  seconds: number[];
  minutes: number[];
  hours: number[];
  months: ReadonlySet<number>;
  days: ReadonlySet<number>;
  dayRules: MonthDayRule[];
  weekdays: ReadonlySet<number>;
  weekdayRules: WeekdayRule[];
  /** The field begins with `*` (or `?`): then both day fields must match, else either will do. */
  anyDay: boolean;
  anyWeekday: boolean;
  /**
   * The minute or the hour begins with `*`: an interval, which follows the clock through a change
   * of offset. Everything else is a fixed time, which fires once (see {@link next}).
   */
  interval: boolean;
}

const NICKNAMES: Record<string, string> = {
  '@YEARLY': '0 0 1 1 *',
  '@ANNUALLY': '0 0 1 1 *',
  '@MONTHLY': '0 0 1 * *',
  '@WEEKLY': '0 0 * * 0',
  '@DAILY': '0 0 * * *',
  '@MIDNIGHT': '0 0 * * *',
  '@HOURLY': '0 * * * *',
};

const parsed = new Map<string, CronPattern>();
const MOST_PARSED = 20_000;

/**
 * Parses a cron expression of five fields (minute, hour, day of month, month, day of week) or six
 * (with seconds first). Rules and star flags as in Vixie cron 4.1 (crontab(5)); `L`, `W` and `#` as
 * in Quartz, with Sunday as 0 or 7. An own parser, since the errors must name the field, the star
 * flags must be known, and wrap-around ranges and `L-3` are wanted; croner is the oracle in the tests.
 *
 * @throws NexusError `schedule.cron_invalid` with the field in `details.field`
 */
export function parseCron(source: string): CronPattern {
  const known = parsed.get(source);
  if (known) return known;
  const pattern = parse(source);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(source, pattern);
  return pattern;
}

function parse(source: string): CronPattern {
  const text = expandNickname(source.trim().toUpperCase(), source);
  const fields = text.split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) throw wrongCount(source, text === '' ? 0 : fields.length);
  const [second, minute, hour, day, month, weekday] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const days = parseDays(day);
  const weekdays = parseWeekdays(weekday);
  return {
    source,
    seconds: plainField(second, SECOND),
    minutes: plainField(minute, MINUTE),
    hours: plainField(hour, HOUR),
    months: new Set(plainField(month, MONTH)),
    days: days.values,
    dayRules: days.rules,
    weekdays: weekdays.values,
    weekdayRules: weekdays.rules,
    anyDay: isStar(day),
    anyWeekday: isStar(weekday),
    interval: isStar(minute) || isStar(hour),
  };
}

function expandNickname(text: string, source: string): string {
  if (!text.startsWith('@')) return text;
  const fields = NICKNAMES[text];
  if (fields) return fields;
  throw new NexusError({
    code: 'schedule.cron_invalid',
    message: `“${source.trim()}” is not a cron nickname.`,
    hint: 'Nicknames are @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly. For intervals use every, such as every: 5m.',
    details: { field: 'nickname' },
  });
}

function wrongCount(source: string, count: number): NexusError {
  const many = count === 1 ? '1 field' : `${count} fields`;
  return new NexusError({
    code: 'schedule.cron_invalid',
    message: `The cron expression “${source}” has ${many}; it needs 5, or 6 with seconds first.`,
    hint: 'The fields are minute, hour, day of month, month and day of week, such as 30 9 * * MON-FRI.',
    details: { field: 'expression' },
  });
}

// Vixie cron sets its star flags by a field's first character, so that */2 counts as a star.
const isStar = (field: string): boolean => field.startsWith('*') || field.startsWith('?');

function plainField(field: string, rules: FieldRules): number[] {
  const values = items(field, rules).flatMap((item) => {
    if (item.startsWith('?')) throw fieldError(rules, '? is for the day fields only.');
    return itemValues(item, rules);
  });
  return [...new Set(values)].toSorted((a, b) => a - b);
}

function items(field: string, rules: FieldRules): string[] {
  const list = field.split(',');
  if (list.includes('')) throw fieldError(rules, `“${field}” has an empty item in its list.`);
  return list;
}

function parseDays(field: string): { values: Set<number>; rules: MonthDayRule[] } {
  const values = new Set<number>();
  const rules: MonthDayRule[] = [];
  for (const item of items(field, DAY_OF_MONTH)) {
    const last = /^L(?:-(\d{1,2}))?(W)?$/.exec(item);
    const nearest = /^(\d{1,2})W$/.exec(item);
    if (last) {
      const back = Number(last[1] ?? 0);
      if (back > 30)
        throw fieldError(DAY_OF_MONTH, `“${item}” lies before every month’s first day.`);
      rules.push({ type: 'last', back, weekday: last[2] !== undefined });
    } else if (nearest) {
      rules.push({ type: 'nearest', day: valueOf(nearest[1]!, DAY_OF_MONTH) });
    } else if (/^L|W$/.test(item)) {
      throw fieldError(
        DAY_OF_MONTH,
        `“${item}” is not a rule.`,
        'Write L (last day), L-3 (three days before it), LW (last weekday) or 15W (weekday nearest to the 15th).',
      );
    } else for (const value of itemValues(item, DAY_OF_MONTH)) values.add(value);
  }
  return { values, rules };
}

function parseWeekdays(field: string): { values: Set<number>; rules: WeekdayRule[] } {
  const values = new Set<number>();
  const rules: WeekdayRule[] = [];
  for (const item of items(field, DAY_OF_WEEK)) {
    const rule = /^([0-7]|[A-Z]{3})(?:#([1-5L])|(L))$/.exec(item);
    if (rule) {
      const weekday = valueOf(rule[1]!, DAY_OF_WEEK) % 7;
      const nth = rule[2] === undefined || rule[2] === 'L' ? 'last' : Number(rule[2]);
      rules.push({ weekday, nth: nth as WeekdayRule['nth'] });
    } else if (item.includes('#') || item.endsWith('L')) {
      throw fieldError(
        DAY_OF_WEEK,
        `“${item}” is not a rule.`,
        'Write MON#2 for the second Monday (1 to 5), or FRIL (5L) for the last Friday of the month.',
      );
    } else for (const value of itemValues(item, DAY_OF_WEEK)) values.add(value);
  }
  return { values, rules };
}

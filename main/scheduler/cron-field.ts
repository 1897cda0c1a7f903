import { NexusError } from '#main/base/errors.ts';

/** What one field of a cron expression may hold. */
export interface FieldRules {
  name: string;
  min: number;
  max: number;
  /** JAN, MON, … in the order of their values, beginning at `firstName`. */
  names?: readonly string[];
  firstName?: number;
}

const MONTHS = [
  'JAN',
  'FEB',
  'MAR',
  'APR',
  'MAY',
  'JUN',
  'JUL',
  'AUG',
  'SEP',
  'OCT',
  'NOV',
  'DEC',
] as const;
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

export const SECOND: FieldRules = { name: 'second', min: 0, max: 59 };
export const MINUTE: FieldRules = { name: 'minute', min: 0, max: 59 };
export const HOUR: FieldRules = { name: 'hour', min: 0, max: 23 };
export const DAY_OF_MONTH: FieldRules = { name: 'day of month', min: 1, max: 31 };
export const MONTH: FieldRules = { name: 'month', min: 1, max: 12, names: MONTHS, firstName: 1 };
/** 7 is Sunday too; values come out as 0 to 6. */
export const DAY_OF_WEEK: FieldRules = {
  name: 'day of week',
  min: 0,
  max: 7,
  names: WEEKDAYS,
  firstName: 0,
};

/** @returns the error for one field: which one, what is wrong and what to write instead. */
export function fieldError(rules: FieldRules, why: string, hint?: string): NexusError {
  return new NexusError({
    code: 'schedule.cron_invalid',
    message: `The ${rules.name} field of the cron expression is not valid: ${why}`,
    hint: hint ?? allowed(rules),
    details: { field: rules.name },
  });
}

function allowed(rules: FieldRules): string {
  const names = rules.names ? ` or ${rules.names[0]} to ${rules.names.at(-1)}` : '';
  return `It takes numbers from ${rules.min} to ${rules.max}${names}, *, lists (1,2), ranges (1-5) and steps (*/5).`;
}

/**
 * The values that one plain item of a list stands for: `*`, `5`, `1-5`, `MON-FRI`, each with an
 * optional step. A range whose end lies before its start wraps around (`FRI-MON`, `22-2`).
 *
 * @throws NexusError `schedule.cron_invalid`
 */
export function itemValues(item: string, rules: FieldRules): number[] {
  const [range, stepText, ...more] = item.split('/');
  if (more.length > 0 || !range) throw fieldError(rules, `“${item}” is not a value.`);
  const step = stepText === undefined ? 1 : stepOf(stepText, item, rules);
  const top = rules === DAY_OF_WEEK ? 6 : rules.max;
  const size = top - rules.min + 1;
  const [low, high] = boundsOf(range, stepText !== undefined, rules);
  // 7 as a start is Sunday, the week's first day; as an end it closes the week (5-7).
  const from = low > top ? rules.min : low;
  const end = low > top && high > top ? from : high;
  const to = end >= from ? end : end + size;
  const values: number[] = [];
  for (let value = from; value <= to; value += step) {
    values.push(value > top ? value - size : value);
  }
  return values;
}

function boundsOf(range: string, stepped: boolean, rules: FieldRules): [number, number] {
  if (range === '*' || (range === '?' && !stepped)) {
    return [rules.min, rules === DAY_OF_WEEK ? 6 : rules.max];
  }
  const ends = range.split('-');
  if (ends.length > 2 || ends.includes('')) throw fieldError(rules, `“${range}” is not a range.`);
  const low = valueOf(ends[0]!, rules);
  if (ends.length === 2) return [low, valueOf(ends[1]!, rules)];
  // `5/10` means from 5 to the end by tens, as in every cron that takes it.
  return [low, stepped ? (rules === DAY_OF_WEEK ? 6 : rules.max) : low];
}

function stepOf(text: string, item: string, rules: FieldRules): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  const size = rules.max - rules.min + 1;
  if (step >= 1 && step <= size) return step;
  if (step > size) {
    throw fieldError(
      rules,
      `the step in “${item}” is larger than the field.`,
      'A step counts within its field and begins anew with it; for other intervals use every, such as every: 90m.',
    );
  }
  throw fieldError(rules, `“${text}” in “${item}” is not a step.`, 'A step is a number from 1.');
}

/** One number or name. @throws NexusError `schedule.cron_invalid` */
export function valueOf(text: string, rules: FieldRules): number {
  if (/^\d{1,4}$/.test(text)) {
    const value = Number(text);
    if (value >= rules.min && value <= rules.max) return value;
    throw fieldError(rules, `${value} is not between ${rules.min} and ${rules.max}.`);
  }
  const index = rules.names?.indexOf(text) ?? -1;
  if (index >= 0) return index + rules.firstName!;
  throw fieldError(rules, `“${text}” is not a value.`);
}

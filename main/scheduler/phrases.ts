export type Unit = 'day' | 'hour' | 'minute' | 'second';

/** What a language says about schedules; `words.ts` decides which of it is said. */
export interface Phrases {
  /** From Sunday. */
  weekdays: readonly string[];
  /** From January. */
  months: readonly string[];
  /** The day of a month, as it stands in a list. */
  day(day: number): string;
  and: string;
  to: string;

  /** What {@link Phrases.at} gives begins like this. */
  isAt: RegExp;
  at(times: string): string;
  daily(time: string): string;
  dailyIn(time: string, months: string): string;
  /** Days of any month, now of these only. */
  daysIn(days: string, months: string): string;

  every(unit: Unit, count: number): string;
  hourlyAt(minutes: number, told: string): string;
  everyHoursAt(hours: number, minute: number): string;
  atMinutes(minutes: number, told: string): string;
  atSeconds(seconds: number, told: string): string;
  fromTo(from: string, to: string): string;
  duringHours(hours: string): string;
  ofEveryMinute(seconds: string): string;
  /** Seconds within what was told of the minutes. */
  secondsOf(seconds: string, minutes: string): string;

  onDays(count: number, told: string): string;
  nearestTo(day: number): string;
  lastDay(onlyWeekdays: boolean): string;
  beforeLast(days: number, onlyWeekdays: boolean): string;
  nthWeekday(nth: 1 | 2 | 3 | 4 | 5 | 'last', weekday: string): string;
  /** @param days a list such as `Monday to Friday`, or undefined where only the rules count */
  onWeekdays(days: string | undefined, rules: string[]): string;
  both(dates: string, weekdays: string): string;
  either(dates: string, weekdays: string): string;

  duration(unit: Unit, count: number): string;
  everyDuration(duration: string): string;
  once(date: string, time: string): string;
}

/** `a, b and c` */
export function listed(items: readonly (string | number)[], and: string): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} ${and} ${items.at(-1)}`;
}

/** The text with a small first letter. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

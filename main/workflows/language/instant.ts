const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:Z|[+-](\d{2}):?(\d{2}))?)?$/i;

/**
 * Whether a text is a point in time that the scheduler takes: an ISO 8601 date or date-time of the
 * proleptic Gregorian calendar that exists, with or without an offset.
 */
export function isInstant(text: string): boolean {
  const match = FORM.exec(text.trim());
  if (!match) return false;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  return part(4) <= 23 && part(5) <= 59 && part(6) <= 59 && part(7) <= 18 && part(8) <= 59;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

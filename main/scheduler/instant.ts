import { NexusError } from '#main/base/errors.ts';
import { dayNumber, monthLength } from './calendar.ts';
import { utcOf } from './zone.ts';
import type { Zone } from './zone.ts';

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Epoch milliseconds of an ISO 8601 date or date-time. Without an offset it is read on the clocks of
 * `zone`: a time that those show twice means the first pass, one that they skip the instant after.
 *
 * @throws NexusError `schedule.instant_invalid`
 */
export function instantOf(text: string, zone: Zone): number {
  const match = FORM.exec(text.trim());
  if (!match) throw invalid(text, 'it is not in the form of ISO 8601');
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) {
    throw invalid(text, 'there is no such date');
  }
  if (hour > 23 || minute > 59 || second > 59) throw invalid(text, 'there is no such time of day');
  const local = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  const fraction = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  return (local - offsetOf(match[8], local, zone, text)) * 1000 + fraction;
}

function offsetOf(written: string | undefined, local: number, zone: Zone, text: string): number {
  if (written === undefined) return local - utcOf(local, zone);
  if (written.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(written.slice(1, 3)), Number(written.slice(-2))];
  if (hours > 18 || minutes > 59) throw invalid(text, 'its offset is too large');
  return (written.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function invalid(text: string, why: string): NexusError {
  return new NexusError({
    code: 'schedule.instant_invalid',
    message: `“${text}” is not a point in time: ${why}.`,
    hint: 'Write it like 2026-12-24T18:00 (in the schedule’s time zone) or 2026-12-24T18:00:00+01:00.',
  });
}

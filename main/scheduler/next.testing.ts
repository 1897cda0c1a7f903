import { parseCron } from './cron.ts';
import { nextFiring } from './next.ts';
import { zoneOf } from './zone.ts';

/** For tests: an instant written in ISO, in seconds. */
export const seconds = (iso: string) => Date.parse(iso) / 1000;

/** For tests: all firings after `from` and before `to`, in seconds. */
export function firings(expression: string, zone: string, from: number, to: number): number[] {
  const pattern = parseCron(expression);
  const result: number[] = [];
  for (let at = from; ; ) {
    const next = nextFiring(pattern, zoneOf(zone), at);
    if (next === undefined || next >= to) return result;
    result.push(next);
    at = next;
  }
}

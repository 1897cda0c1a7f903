import { NexusError } from './errors.ts';

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Milliseconds of a duration as people write it (`500ms`, `30s`, `1h30m`, `2d`); a bare number is seconds.
 * @throws NexusError `duration.invalid`
 */
export function durationMs(text: string | number): number {
  if (typeof text === 'number' && Number.isFinite(text) && text >= 0) return text * 1000;
  const source = String(text).trim();
  if (/^\d+(\.\d+)?$/.test(source)) return Number(source) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(source)) {
    throw new NexusError({
      code: 'duration.invalid',
      message: `“${source}” is not a duration.`,
      hint: 'Write a number with a unit, such as 500ms, 30s, 5m, 1h30m or 2d.',
    });
  }
  let total = 0;
  for (const [, amount, unit] of source.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(amount) * UNIT_MS[unit!]!;
  return total;
}

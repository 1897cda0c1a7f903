const WORD = 2 ** 32;

/**
 * Units per second between two values of a counter; undefined where it was set back to zero.
 *
 * A counter of a 32-bit system starts again at 2^32. That is told from a reset by where it stood:
 * it must have been in the last quarter and be in the first now. On 64-bit systems, and where the
 * width is unknown, going back is always a reset, since a guess could invent gigabytes.
 */
export function counterRate(
  before: number,
  next: number,
  seconds: number,
  bits: 32 | 64 | undefined,
): number | undefined {
  if (next >= before) return (next - before) / seconds;
  const wrapped = bits === 32 && before < WORD && before >= WORD * 0.75 && next < WORD * 0.25;
  return wrapped ? (next + WORD - before) / seconds : undefined;
}

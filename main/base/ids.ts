import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TAIL = 8;
// Randomness is drawn for many ids at once: a call of the generator costs more than an id.
const pool = Buffer.alloc(TAIL * 512);
let drawn = pool.length;
let lastMs = 0;
let sequence = 0;

/**
 * A new id: a prefix naming the kind, then 10 characters of time and 10 of randomness in Crockford
 * base 32 (lower case), so that ids sort by creation and are short enough to read out.
 *
 * @param prefix e.g. `run`, giving `run_01k9x…`.
 */
export function newId(prefix: string, nowMs: number = Date.now()): string {
  // Ids sort in the order in which they were made: those of one millisecond, more of them than the
  // sequence can count (they borrow from the next millisecond), and those made after a clock was put back.
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = 0;
  } else if (sequence < 0x3ff) sequence += 1;
  else {
    lastMs += 1;
    sequence = 0;
  }
  let time = '';
  for (let i = 0, rest = lastMs; i < 10; i += 1, rest = Math.floor(rest / 32))
    time = ALPHABET[rest % 32] + time;
  const order = ALPHABET[sequence >> 5]! + ALPHABET[sequence & 31]!;
  let tail = '';
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  for (const end = drawn + TAIL; drawn < end; drawn += 1) tail += ALPHABET[pool[drawn]! & 31];
  return `${prefix}_${time}${order}${tail}`;
}

import { NexusError } from '#main/base/errors.ts';

/** Steps of comprehensions, plus one per {@link CHARS_PER_UNIT} characters built, that one evaluation may take. */
const MAX_UNITS = 1_000_000;
const CHARS_PER_UNIT = 64;
/** No single text may grow beyond this many UTF-16 units, no list beyond {@link MAX_UNITS} items. */
const MAX_TEXT = 16 * 1024 * 1024;
const MAX_MS = 2000;
const LOOK_AT_CLOCK_EVERY = 4096;

let left = MAX_UNITS;
let exhausted = false;
let deadline = 0;
let untilClock = LOOK_AT_CLOCK_EVERY;

/**
 * The budget of the one evaluation that is going on (evaluation is synchronous and never nests).
 * CEL's `||`, `&&` and quantifiers swallow errors, so running out is a flag that ends every loop
 * and is looked at in the end, not only an exception.
 */
export const budget = {
  /** Starts a new evaluation. */
  reset(): void {
    left = MAX_UNITS;
    exhausted = false;
    deadline = 0;
    untilClock = LOOK_AT_CLOCK_EVERY;
  },
  /** One turn of a loop. */
  turn(): void {
    left -= 1;
    untilClock -= 1;
    if (untilClock <= 0) lookAtClock();
    if (left < 0) exhausted = true;
  },
  /**
   * Accounts for a text or list of this length being made.
   * @throws NexusError `expression.too_expensive`
   */
  spend(length: number): void {
    left -= 1 + Math.floor(length / CHARS_PER_UNIT);
    if (left < 0 || length > MAX_TEXT) exhausted = true;
    if (exhausted) throw tooExpensive();
  },
  get exhausted(): boolean {
    return exhausted;
  },
};

// The deadline starts at the first look, so that an expression without loops never asks for the time.
function lookAtClock(): void {
  untilClock = LOOK_AT_CLOCK_EVERY;
  const now = performance.now();
  if (deadline === 0) deadline = now + MAX_MS;
  else if (now > deadline) exhausted = true;
}

/** What an evaluation over budget ends with. */
export function tooExpensive(): NexusError {
  return new NexusError({
    code: 'expression.too_expensive',
    message: 'The expression takes too much work or builds too large a value.',
    hint: 'Loop over fewer items, or do this in a `code` step, which has its own limits.',
    details: { retryable: false },
  });
}

import type { Comparison } from '#contract/alerts.ts';

/** What the machine needs of a rule. */
export interface Condition {
  comparison: Comparison;
  threshold: number;
  /** Hysteresis; see {@link isOver}. */
  clear: number | undefined;
  forMs: number;
}

/** Where a rule stands with one metric of one host. Times in epoch milliseconds. */
export interface Standing {
  state: 'ok' | 'pending' | 'firing' | 'no_data';
  /** Since when the condition holds (pending, firing), or the state is what it is. */
  since: number;
  /** When a value was known last, and which. */
  at: number;
  value: number;
  /** An alert is open: it has fired and not ended, also while no data comes. */
  open: boolean;
}

export interface Step {
  standing: Standing;
  event?: 'firing' | 'resolved';
}

/** True when the value is on the wrong side of the threshold. */
export function isOver({ comparison, threshold }: Condition, value: number): boolean {
  return compare(comparison, value, threshold);
}

function compare(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
  }
}

/** An open alert goes on until the value has come back beyond `clear`, not only to the threshold. */
function isStillOver(condition: Condition, value: number): boolean {
  return compare(condition.comparison, value, condition.clear ?? condition.threshold);
}

/**
 * One value more. The condition must hold in every value for `forMs` before the alert fires; a
 * silence of more than `graceMs` breaks that, since nobody knows what was in between. An alert that
 * is open stays so through a silence, and the same one goes on or ends after it. A value from less
 * than `graceMs` before the newest one changes nothing.
 */
export function onValue(
  condition: Condition,
  known: Standing | undefined,
  { at, value }: { at: number; value: number },
  graceMs: number,
): Step {
  if (known && at < known.at && known.at - at <= graceMs) return { standing: known };
  const before = known && at < known.at ? setBack(known, at) : known;
  if (before?.open) {
    if (isStillOver(condition, value))
      return { standing: { ...before, state: 'firing', at, value } };
    return { standing: { state: 'ok', since: at, at, value, open: false }, event: 'resolved' };
  }
  if (!isOver(condition, value)) {
    const since = before?.state === 'ok' ? before.since : at;
    return { standing: { state: 'ok', since, at, value, open: false } };
  }
  const unbroken = before?.state === 'pending' && at - before.at <= graceMs;
  const since = unbroken ? before.since : at;
  if (at - since >= condition.forMs)
    return { standing: { state: 'firing', since, at, value, open: true }, event: 'firing' };
  return { standing: { state: 'pending', since, at, value, open: false } };
}

// A value from a little earlier is another process's. From much earlier it is a clock that was put
// back: nothing would be looked at before it is where it was.
function setBack(known: Standing, at: number): Standing {
  return { ...known, at, since: Math.min(known.since, at) };
}

/** Time goes by without a value. */
export function onSilence(before: Standing, at: number, graceMs: number): Standing {
  if (before.state === 'no_data' || at - before.at <= graceMs) return before;
  // An open alert tells since when it holds, and goes on doing so.
  return { ...before, state: 'no_data', since: before.open ? before.since : at };
}

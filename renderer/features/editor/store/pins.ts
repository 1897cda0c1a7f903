import type { Json } from '#contract/common.ts';
import type { Gesture } from '../document/history.ts';

/** Outputs by the id of the step that takes them instead of running. */
export type Pins = Readonly<Record<string, Json>>;

/**
 * What is still pinned to ids that only now become steps: it was pinned to a step that is gone, and
 * the new step of the same name must not take it over.
 */
export function displacedPins(
  pins: Pins,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): Pins {
  return Object.fromEntries(
    Object.entries(pins).filter(([id]) => after.has(id) && !before.has(id)),
  );
}

/** The pins after a gesture. */
export function pinsForth(pins: Pins, gesture: Pick<Gesture, 'renamed' | 'displaced'>): Pins {
  const { renamed, displaced = {} } = gesture;
  const kept = Object.entries(pins).filter(([id]) => !Object.hasOwn(displaced, id));
  return move(kept.length < Object.keys(pins).length ? Object.fromEntries(kept) : pins, renamed);
}

/** The pins after the gesture was undone. */
export function pinsBack(pins: Pins, gesture: Pick<Gesture, 'renamed' | 'displaced'>): Pins {
  const { renamed, displaced = {} } = gesture;
  const moved = move(pins, renamed && [renamed[1], renamed[0]]);
  return Object.keys(displaced).length > 0 ? { ...moved, ...displaced } : moved;
}

/** Leads what is pinned to a step to the step's other id. */
function move(pins: Pins, renamed: Gesture['renamed']): Pins {
  if (!renamed) return pins;
  const [from, to] = renamed;
  if (!Object.hasOwn(pins, from)) return pins;
  return Object.fromEntries(
    Object.entries(pins).map(([id, value]) => [id === from ? to : id, value]),
  );
}

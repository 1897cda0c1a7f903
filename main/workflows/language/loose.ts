import type { Path } from './value.ts';

/**
 * A step as far as it can be made out of data that may be wrong everywhere, so that one mistake
 * does not hide the others.
 */
export interface LooseStep {
  path: Path;
  /** Undefined where the file has none that is a text. */
  id: string | undefined;
  uses: string | undefined;
  raw: Record<string, unknown>;
  /** As written; undefined where the file says nothing. */
  needs: { id: string; path: Path }[] | undefined;
  goto: { id: string; path: Path } | undefined;
  /** Position in its list. */
  index: number;
}

/** The steps of a list (`steps` or `on_failure`), skipping what is not even a map. */
export function looseSteps(data: unknown, key: 'steps' | 'on_failure'): LooseStep[] {
  const list = asRecord(data)[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, i) => (isRecord(item) ? [looseStep(item, [key, i], i)] : []));
}

function looseStep(raw: Record<string, unknown>, path: Path, index: number): LooseStep {
  const goto = asRecord(raw['on_error'])['goto'];
  return {
    path,
    raw,
    index,
    id: typeof raw['id'] === 'string' ? raw['id'] : undefined,
    uses: typeof raw['uses'] === 'string' ? raw['uses'] : undefined,
    needs: looseNeeds(raw['needs'], [...path, 'needs']),
    goto: typeof goto === 'string' ? { id: goto, path: [...path, 'on_error', 'goto'] } : undefined,
  };
}

function looseNeeds(needs: unknown, path: Path): LooseStep['needs'] {
  if (typeof needs === 'string') return [{ id: needs, path }];
  if (!Array.isArray(needs)) return undefined;
  return needs.flatMap((id: unknown, i) =>
    typeof id === 'string' ? [{ id, path: [...path, i] }] : [],
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is a map, else an empty one. */
export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

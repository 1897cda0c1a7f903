import type { Path } from './Source.ts';

const step = [
  'id',
  'name',
  'uses',
  'needs',
  'if',
  'foreach',
  'max_parallel',
  'with',
  'env',
  'retry',
  'timeout',
  'on_error',
  'on_interrupted',
  'rollback',
  'note',
];
const root = [
  'version',
  'name',
  'description',
  'tags',
  'on',
  'inputs',
  'env',
  'concurrency',
  'timeout',
  'on_interrupted',
  'allow_private_addresses',
  'file_roots',
  'steps',
  'outputs',
  'on_failure',
  'editor',
];

/** The order in which people write the keys of the map at `path`; empty where there is no custom. */
export function keyOrder(path: Path): readonly string[] {
  if (path.length === 0) return root;
  if (path.length === 2 && (path[0] === 'steps' || path[0] === 'on_failure')) return step;
  return [];
}

/**
 * After which of `present` keys a new one belongs: its index, or -1 for the very front. Keys that
 * people ordered in their own way stay where they are.
 */
export function placeForKey(path: Path, present: readonly (string | null)[], key: string): number {
  const order = keyOrder(path);
  const rank = order.indexOf(key);
  if (rank === -1) return present.length - 1;
  let after = -1;
  present.forEach((name, index) => {
    const other = name === null ? -1 : order.indexOf(name);
    if (other !== -1 && other < rank) after = index;
  });
  return after === -1 && rank > 0 && key !== 'id' && key !== 'version' ? present.length - 1 : after;
}

import type { Column } from './tableTypes.ts';

/** Padding of a row, left and right together, in px. */
const PADDING = 16;

/** The least width in px of a grid track such as `96px` or `minmax(160px, 2fr)`. */
function leastWidth(track: string): number {
  return Number(/(\d+)px/.exec(track)?.[1] ?? 0);
}

/**
 * The columns that fit into `width` px: those that can be spared go, the highest number first, until
 * the others have their least width. Columns without a number always stay.
 */
export function fittingColumns<C extends Pick<Column<never>, 'width' | 'spare'>>(
  columns: readonly C[],
  width: number,
): readonly C[] {
  const needed = (some: readonly C[]) =>
    some.reduce((sum, column) => sum + leastWidth(column.width), PADDING);
  let left = columns;
  while (needed(left) > width) {
    const most = Math.max(0, ...left.map((column) => column.spare ?? 0));
    if (most === 0) break;
    left = left.filter((column) => column.spare !== most);
  }
  return left;
}

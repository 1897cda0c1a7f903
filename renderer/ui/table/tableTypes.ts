import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  sortValue?: (row: Row) => string | number | undefined;
  /** A CSS grid track, e.g. `minmax(160px, 2fr)` or `96px`. */
  width: string;
  align?: 'start' | 'end';
  /** Left out where the table has no room for all, the highest number first. */
  spare?: number;
}

export interface SortState {
  column: string;
  descending: boolean;
}

/** A single key on the active row, e.g. `r` to run. */
export interface RowAction<Row> {
  keys: string;
  label: string;
  run: (row: Row) => void;
}

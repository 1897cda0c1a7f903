import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../shortcuts/useShortcuts.ts';
import type { RowAction } from './tableTypes.ts';

/** Where the cursor goes from `active` by `step`, within `count` rows; -1 means no row yet. */
export function moveActive(active: number, step: number, count: number): number {
  if (count === 0) return -1;
  if (active < 0) return step > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, active + step));
}

/** Where the chosen row is now: a live list puts rows above it, and keys must not act on another one. */
function placeOf<Row>(
  { index, key }: { index: number; key: string | undefined },
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): number {
  const row = rows[index];
  if (key === undefined || (row !== undefined && rowKey(row) === key)) {
    return Math.min(index, rows.length - 1);
  }
  // A row that is gone leaves none chosen.
  return rows.findIndex((one) => rowKey(one) === key);
}

/** Keyboard of a list: j/k and arrows move, enter opens, x selects, and the list's own keys. */
export function useListKeys<Row>(options: {
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onOpen?: ((row: Row) => void) | undefined;
  onSelect?: ((row: Row) => void) | undefined;
  actions?: readonly RowAction<Row>[] | undefined;
  onMove: (index: number) => void;
}) {
  const { t } = useTranslation('ui');
  const [wanted, setWanted] = useState<{ index: number; key: string | undefined }>({
    index: -1,
    key: undefined,
  });
  const active = placeOf(wanted, options.rows, options.rowKey);
  // It moved: its place is remembered, for when it will be gone.
  if (active >= 0 && active !== wanted.index) setWanted({ ...wanted, index: active });
  const setActive = (index: number) => {
    const row = options.rows[index];
    setWanted({ index, key: row === undefined ? undefined : options.rowKey(row) });
  };
  const moveTo = (index: number) => {
    setActive(index);
    if (index >= 0) options.onMove(index);
  };
  const move = (step: number) => () => {
    // Where the chosen row is gone, the way goes on from the place it had.
    const gone = Math.min(wanted.index, options.rows.length) - (step > 0 ? 1 : 0);
    const from = active < 0 && wanted.index >= 0 ? gone : active;
    moveTo(moveActive(from, step, options.rows.length));
  };
  const on = (run: ((row: Row) => void) | undefined) => (event: KeyboardEvent) => {
    const row = options.rows[active];
    // Enter on a focused button or link presses that, not the row.
    const target = event.target as HTMLElement | null;
    if (event.key === 'Enter' && target?.closest('button, a')) {
      target.click();
      return;
    }
    if (row !== undefined) run?.(row);
  };
  const shortcuts: Shortcut[] = [
    { keys: 'j', label: t('list.next'), run: move(1) },
    { keys: 'k', label: t('list.previous'), run: move(-1) },
  ];
  if (options.onOpen) {
    shortcuts.push({ keys: 'enter', label: t('list.open'), run: on(options.onOpen) });
  }
  if (options.onSelect) {
    shortcuts.push({ keys: 'x', label: t('list.select'), run: on(options.onSelect) });
  }
  for (const action of options.actions ?? []) {
    shortcuts.push({ keys: action.keys, label: action.label, run: on(action.run) });
  }
  useShortcuts(t('shortcuts.list'), shortcuts);
  return { active, setActive, move, moveTo };
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../cn.ts';
import { useNarrow } from '../useMedia.ts';
import { fittingColumns } from './fittingColumns.ts';
import { sortRows } from './sortRows.ts';
import type { Column, RowAction, SortState } from './tableTypes.ts';
import { useListKeys } from './useListKeys.ts';
import { useWidth } from './useWidth.ts';

export interface DataTableProps<Row> {
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  columns: readonly Column<Row>[];
  /** Names the table for those who do not see it. */
  label: string;
  /** The row below 720 px. */
  card: (row: Row) => ReactNode;
  onOpen?: (row: Row) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (row: Row) => void;
  actions?: readonly RowAction<Row>[];
  initialSort?: SortState;
  /** Called when the end comes near, to load more. */
  onEnd?: () => void;
  empty?: ReactNode;
}

const ROW_HEIGHT = 40;
const OVERSCAN = 12;

function HeaderCell<Row>(props: {
  column: Column<Row>;
  sort: SortState | undefined;
  onSort: (sort: SortState) => void;
}) {
  const { column, sort } = props;
  const mine = sort?.column === column.id;
  const Arrow = mine && sort.descending ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={mine ? (sort.descending ? 'descending' : 'ascending') : undefined}
      className={cn('flex items-center px-2', column.align === 'end' && 'justify-end')}
    >
      {column.sortValue ? (
        <button
          type="button"
          className={cn(
            'group flex items-center gap-1 hover:text-text',
            column.align === 'end' && 'flex-row-reverse',
            mine && 'text-text',
          )}
          onClick={() => props.onSort({ column: column.id, descending: mine && !sort.descending })}
        >
          {column.header}
          <Arrow
            className={cn('size-3', mine ? '' : 'opacity-0 group-hover:opacity-60')}
            aria-hidden
          />
        </button>
      ) : (
        column.header
      )}
    </div>
  );
}

/**
 * A list of any length: only what is seen is drawn, sortable by its headers, driven by the
 * keyboard (j, k, enter, x and its own keys), and made of cards below 720 px.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { t } = useTranslation('ui');
  const narrow = useNarrow();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller, props.rows.length > 0);
  const [sort, setSort] = useState(props.initialSort);
  const rows = useMemo(
    () => sortRows(props.rows, props.columns, sort),
    [props.rows, props.columns, sort],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 84 : ROW_HEIGHT),
    overscan: OVERSCAN,
    initialRect: { width: 1000, height: 800 },
    getItemKey: (index) => props.rowKey(rows[index] as Row),
  });
  const keys = useListKeys({
    rows,
    rowKey: props.rowKey,
    onOpen: props.onOpen,
    onSelect: props.onSelect,
    actions: props.actions,
    onMove: (index) => virtual.scrollToIndex(index),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { onEnd } = props;
  useEffect(() => {
    if (last >= rows.length - OVERSCAN && rows.length > 0) onEnd?.();
  }, [last, rows.length, onEnd]);
  if (rows.length === 0) return props.empty ?? null;
  const columns = fittingColumns(props.columns, width || Infinity);
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  return (
    <div className="relative h-full min-h-0">
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={props.onSelect ? true : undefined}
        aria-activedescendant={keys.active >= 0 ? `${base}-${keys.active}` : undefined}
        tabIndex={0}
        ref={scroller}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget) return;
          if (event.key === 'ArrowDown') keys.move(1)();
          else if (event.key === 'ArrowUp') keys.move(-1)();
          else if (event.key === 'Home') keys.moveTo(0);
          else if (event.key === 'End') keys.moveTo(rows.length - 1);
          else return;
          event.preventDefault();
        }}
        className="h-full overflow-auto text-sm focus-visible:outline-offset-[-2px]"
      >
        <div role="rowgroup" className={cn('sticky top-0 z-10', narrow && 'sr-only')}>
          <div
            role="row"
            style={template}
            className="grid h-8 border-b border-border bg-surface-2 px-2 text-xs font-medium text-muted"
          >
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as Row;
            const selected = props.selected?.has(props.rowKey(row)) ?? false;
            return (
              <div
                key={item.key}
                id={`${base}-${item.index}`}
                data-index={item.index}
                ref={narrow ? virtual.measureElement : undefined}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={props.onSelect ? selected : undefined}
                onClick={() => {
                  keys.setActive(item.index);
                  props.onOpen?.(row);
                }}
                onKeyDown={undefined}
                style={{ transform: `translateY(${item.start}px)`, ...(narrow ? {} : template) }}
                className={cn(
                  'absolute inset-x-0 top-0 border-b border-border/70 px-2 transition-colors',
                  narrow ? 'py-2' : 'grid h-10 items-center',
                  props.onOpen && 'cursor-pointer hover:bg-surface-3/60',
                  selected && 'bg-accent/8',
                  keys.active === item.index &&
                    'bg-surface-3/80 shadow-[inset_2px_0_0_var(--accent)]',
                )}
              >
                {narrow ? (
                  <div role="gridcell" className="px-2">
                    {props.card(row)}
                  </div>
                ) : (
                  columns.map((column) => (
                    <div
                      role="gridcell"
                      key={column.id}
                      className={cn(
                        'flex min-w-0 items-center px-2',
                        column.align === 'end' && 'justify-end',
                      )}
                    >
                      {column.cell(row)}
                    </div>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
      <p className="sr-only" aria-live="polite">
        {t('list.count', { count: rows.length })}
      </p>
    </div>
  );
}

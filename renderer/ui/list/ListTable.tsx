import { ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../EmptyState.tsx';
import { DataTable, type DataTableProps } from '../table/DataTable.tsx';

/** The table that fills a page below its filter, and says so when the filter lets nothing through. */
export function ListTable<Row>(
  props: Omit<DataTableProps<Row>, 'empty'> & {
    /** Offered where nothing is found. */
    action?: ReactNode;
  },
) {
  const { t } = useTranslation('ui');
  const { action, ...table } = props;
  return (
    <div className="min-h-0 flex-1 border-t border-border bg-surface-2">
      <DataTable
        {...table}
        empty={
          <EmptyState
            icon={<ListFilter />}
            title={t('filter.none')}
            text={t('filter.noneText')}
            action={action}
          />
        }
      />
    </div>
  );
}

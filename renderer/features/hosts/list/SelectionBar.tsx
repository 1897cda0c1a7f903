import { SquareChevronRight, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { useHostActions } from '../useHostActions.ts';
import type { Selection } from './useSelection.ts';

/** What can be done with the selected hosts; absent while none is selected. */
export function SelectionBar(props: {
  selection: Selection;
  /** The hosts that the search shows. */
  found: readonly { name: string }[];
}) {
  const { t } = useTranslation('hosts');
  const { command } = useHostActions();
  const { selected, choose } = props.selection;
  if (selected.size === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-border bg-accent/8 px-6 py-1.5 max-narrow:px-4">
      <span aria-live="polite" className="text-sm font-medium">
        {t('selected', { count: selected.size })}
      </span>
      <Button size="sm" icon={<SquareChevronRight />} onClick={() => command([...selected])}>
        {t('runCommand')}
      </Button>
      <Button size="sm" variant="ghost" onClick={() => choose(props.found.map(({ name }) => name))}>
        {t('selectAll', { count: props.found.length })}
      </Button>
      <Button size="sm" variant="ghost" icon={<X />} onClick={() => choose([])}>
        {t('clearSelection')}
      </Button>
    </div>
  );
}

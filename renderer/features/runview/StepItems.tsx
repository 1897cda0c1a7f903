import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunStep } from '#contract/runs.ts';
import { said } from '#renderer/i18n/said.ts';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';

type Item = NonNullable<RunStep['items']>[number];

/** So many are drawn at once; a list of thousands would stall the window. */
const PAGE = 50;

function ItemRow({ item }: { item: Item }) {
  return (
    <li className="space-y-1 py-1.5 text-xs" data-testid={`item-${item.index}`}>
      <div className="flex items-center gap-2">
        <span className="tabular w-10 shrink-0 font-mono text-muted">[{item.index}]</span>
        <StatusBadge status={item.status} />
        {item.attempts > 1 && <span className="text-muted">×{item.attempts}</span>}
        <Elapsed from={item.started_at} to={item.ended_at} className="ml-auto text-muted" />
      </div>
      {item.error && <p className="text-danger">{said(item.error).message}</p>}
      {item.outputs !== undefined && item.outputs !== null && (
        <JsonView value={item.outputs} open={0} />
      )}
    </li>
  );
}

/** The items of a `foreach` step: how each went, how long it took, what it gave. */
export function StepItems({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation('runview');
  const [shown, setShown] = useState(PAGE);
  return (
    <section>
      <h3 className="mb-1 text-xs font-semibold text-muted">{t('items.label')}</h3>
      <ol aria-label={t('items.label')} className="divide-y divide-border">
        {items.slice(0, shown).map((item) => (
          <ItemRow key={item.index} item={item} />
        ))}
      </ol>
      {items.length > shown && (
        <button
          type="button"
          className="mt-1 text-xs text-accent hover:underline"
          onClick={() => setShown(shown + PAGE)}
        >
          {t('items.more', { count: items.length - shown })}
        </button>
      )}
    </section>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '#contract/audit.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { FactList } from '#renderer/ui/FactList.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { Sheet } from '#renderer/ui/Sheet.tsx';
import { formatExact } from '#renderer/ui/time.ts';
import { OutcomeBadge } from './OutcomeBadge.tsx';

/** One entry in full. */
export function AuditSheet({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t, i18n } = useTranslation('audit');
  const facts: [string, ReactNode][] = [
    [
      t('column.action'),
      <code key="a" className="font-mono text-xs">
        {entry.action}
      </code>,
    ],
    [t('column.at'), formatExact(Date.parse(entry.at), i18n.language)],
    [t('column.actor'), entry.actor],
    [t('column.face'), textSaid(entry.face)],
    [t('column.outcome'), <OutcomeBadge key="o" outcome={entry.outcome} />],
    [
      t('code'),
      entry.code && (
        <code key="c" className="font-mono text-xs">
          {entry.code}
        </code>
      ),
    ],
    [t('hash'), <CopyId key="h" id={entry.hash} />],
    [t('prev'), <CopyId key="p" id={entry.prev} />],
  ];
  return (
    <Sheet open onOpenChange={onClose} title={t('entry', { seq: entry.seq })}>
      <div className="space-y-5 p-4">
        <FactList facts={facts} />
        {entry.details !== undefined && (
          <section>
            <h3 className="mb-1.5 text-xs font-semibold text-muted">{t('details')}</h3>
            <div className="overflow-x-auto rounded-control bg-surface-1 p-2">
              <JsonView value={entry.details} open={4} />
            </div>
          </section>
        )}
      </div>
    </Sheet>
  );
}

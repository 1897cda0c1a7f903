import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { ApprovalCard } from '#renderer/features/approvals/ApprovalCard.tsx';
import { InterruptionCard } from '#renderer/features/approvals/InterruptionCard.tsx';
import { LockedNotice } from '#renderer/features/vault/LockedNotice.tsx';
import { useRun } from '#renderer/features/editor/store/context.ts';

/** Ids of the steps that wait for the vault. */
function useBlocked(): string[] {
  const text = useRun((state) =>
    (state.run?.steps ?? [])
      .filter((step) => step.blocked_by === 'vault')
      .map((step) => step.id)
      .join(' '),
  );
  return text === '' ? [] : text.split(' ');
}

/** What this run waits for a person to say: its approvals and its interrupted steps. */
export function RunNeeds() {
  const { t } = useTranslation('runview');
  const cache = useQueryClient();
  const id = useRun((state) => state.run?.id);
  const waiting = useRun((state) => {
    const needy = (state.run?.steps ?? []).filter(
      (step) =>
        ['waiting', 'interrupted'].includes(step.status) ||
        step.items?.some((item) => ['waiting', 'interrupted'].includes(item.status)),
    );
    return needy.map((step) => `${step.id} ${step.status}`).join('|');
  });
  useEffect(() => {
    // Whenever what waits changes, what is asked has changed too.
    void cache.invalidateQueries({ queryKey: api.runs.approvals.key() });
  }, [cache, waiting]);
  const { data } = useQuery(
    api.runs.approvals.queryOptions({ input: {}, enabled: waiting !== '' }),
  );
  const approvals = data?.approvals.filter((each) => each.run === id) ?? [];
  const interrupted = data?.interrupted.filter((each) => each.run === id) ?? [];
  const blocked = useBlocked();
  if (waiting === '' || approvals.length + interrupted.length + blocked.length === 0) return null;
  return (
    <section
      aria-label={t('needs')}
      data-testid="run-needs"
      // Beside the graph, which would have no room below it; above the list in a narrow window.
      className="shrink-0 space-y-3 overflow-y-auto border-border bg-surface-1 p-3 max-narrow:max-h-[46vh] max-narrow:border-b narrow:order-last narrow:w-[clamp(280px,26vw,384px)] narrow:border-l"
    >
      {blocked.length > 0 && <LockedNotice steps={blocked} />}
      {approvals.map((each) => (
        <ApprovalCard key={each.id} approval={each} />
      ))}
      {interrupted.map((each) => (
        <InterruptionCard key={`${each.step} ${each.index ?? ''}`} interruption={each} />
      ))}
    </section>
  );
}

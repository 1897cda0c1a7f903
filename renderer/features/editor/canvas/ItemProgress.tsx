import { useTranslation } from 'react-i18next';
import type { RunStep } from '#contract/runs.ts';
import { itemProgress } from '#renderer/features/runview/replay.ts';

/** How many items of a `foreach` step have ended; nothing for other steps. */
export function ItemProgress({ step }: { step: RunStep }) {
  const { t } = useTranslation('editor');
  const progress = itemProgress(step);
  if (!progress) return null;
  const words = t('node.items', progress);
  return (
    <span
      role="img"
      className="tabular"
      aria-label={words}
      title={words}
      data-testid={`items-${step.id}`}
    >
      {progress.done}/{progress.total}
    </span>
  );
}

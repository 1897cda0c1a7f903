import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { useRunActions } from './useRunActions.ts';

const useCancelling = create<{ run: { id: string; workflow: string } | undefined }>(() => ({
  run: undefined,
}));

/** Asks whether a run is to be cancelled; where it stands in a list, one key is too easily pressed. */
export function askToCancel(run: { id: string; workflow: string } | undefined): void {
  useCancelling.setState({ run });
}

/** The question of {@link askToCancel}. */
export function CancelRun() {
  const { t } = useTranslation('runs');
  const run = useCancelling((state) => state.run);
  const { cancel } = useRunActions();
  if (!run) return null;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && askToCancel(undefined)}
      title={t('cancelling.title', { workflow: run.workflow })}
      consequences={t('cancelling.text')}
      verb={t('cancel')}
      busy={cancel.isPending}
      onConfirm={() => cancel.mutate({ id: run.id }, { onSettled: () => askToCancel(undefined) })}
    />
  );
}

import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { useHostActions } from '../useHostActions.ts';

/** Asks before a host leaves the inventory. */
export function RemoveHost(props: { name: string; onClose: () => void; onRemoved?: () => void }) {
  const { t } = useTranslation('hosts');
  const { remove } = useHostActions();
  return (
    <ConfirmDialog
      open
      onOpenChange={props.onClose}
      title={t('removeTitle', { name: props.name })}
      consequences={t('removeText')}
      verb={t('remove')}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(
          { name: props.name },
          {
            onSuccess: () => {
              props.onClose();
              props.onRemoved?.();
            },
          },
        )
      }
    />
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { toastDone } from '#renderer/ui/toast.ts';

/** Asks before a host leaves the inventory. */
export function RemoveHost(props: { name: string; onClose: () => void; onRemoved?: () => void }) {
  const { t } = useTranslation('hosts');
  const cache = useQueryClient();
  const remove = useMutation(
    // Not said where it is called: the page of the host goes away with the host, and what is said there.
    api.hosts.remove.mutationOptions({
      onSuccess: () => {
        toastDone(t('removed', { name: props.name }));
        props.onClose();
        props.onRemoved?.();
        return cache.invalidateQueries({ queryKey: api.hosts.list.key() });
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={props.onClose}
      title={t('removeTitle', { name: props.name })}
      consequences={t('removeText')}
      verb={t('remove')}
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ name: props.name })}
    />
  );
}

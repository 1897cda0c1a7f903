import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { toastDone } from '#renderer/ui/toast.ts';

/** Cancel and retry, from lists and from the run's page. */
export function useRunActions() {
  const { t } = useTranslation('runs');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const refresh = () => cache.invalidateQueries({ queryKey: api.runs.key() });
  const cancel = useMutation(
    api.runs.cancel.mutationOptions({
      onSuccess: ({ run }) => {
        toastDone(t('cancelled', { workflow: run.workflow }));
        void refresh();
      },
    }),
  );
  const retry = useMutation(
    api.runs.retry.mutationOptions({
      onSuccess: async ({ run }) => {
        void refresh();
        await navigate({ to: '/runs/$id', params: { id: run.id } });
      },
    }),
  );
  return { cancel, retry };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { showPanel } from '#renderer/stores/frame.ts';
import { toastDone } from '#renderer/ui/toast.ts';
import { useNarrow } from '#renderer/ui/useMedia.ts';
import { expressionOf } from './list/hostSearch.ts';

/** What can be done with hosts from any place of the page. */
export function useHostActions() {
  const { t } = useTranslation('hosts');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const remove = useMutation(
    api.hosts.remove.mutationOptions({
      onSuccess: (_done, { name }) => {
        toastDone(t('removed', { name }));
        return cache.invalidateQueries({ queryKey: api.hosts.list.key() });
      },
    }),
  );
  return {
    remove,
    /** A shell on the host: in the panel below the page, or on its own page where that is small. */
    terminal: (name: string) => {
      if (narrow) void navigate({ to: '/terminals' });
      else showPanel('terminals');
      // The emulator is large and wanted only now.
      void import('#renderer/features/terminals/openTerminal.ts').then(({ openTerminal }) =>
        openTerminal('tab', name),
      );
    },
    /** The page for commands, with these hosts. */
    command: (names: readonly string[]) =>
      void navigate({ to: '/commands', search: { hosts: expressionOf(names) } }),
    open: (name: string) => void navigate({ to: '/hosts/$name', params: { name } }),
  };
}

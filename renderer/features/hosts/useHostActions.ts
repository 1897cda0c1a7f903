import { useNavigate } from '@tanstack/react-router';
import { showPanel } from '#renderer/stores/frame.ts';
import { useNarrow } from '#renderer/ui/useMedia.ts';
import { expressionOf } from './list/hostSearch.ts';

/** What can be done with hosts from any place of the page. */
export function useHostActions() {
  const navigate = useNavigate();
  const narrow = useNarrow();
  return {
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

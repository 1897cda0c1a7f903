import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { listOperations } from '#renderer/client/operations.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { pages } from '#renderer/frame/pages.ts';
import { type PaletteEntry, paletteEntries } from './entries.ts';

/** What the palette offers this person now. */
export function usePaletteEntries(): PaletteEntry[] {
  const { t, i18n } = useTranslation('frame');
  const operations = useMemo(
    () => listOperations().map((one) => ({ ...one, title: textSaid(one.title, i18n.language) })),
    [i18n.language],
  );
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  const { data: workflows } = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const { data: runs } = useQuery(api.runs.list.queryOptions({ input: { limit: 20 } }));
  return useMemo(
    () =>
      paletteEntries({
        operations,
        role: me?.role ?? 'viewer',
        pages: [
          ...pages.map((page) => ({ id: page.to, label: t(`pages.${page.id}`) })),
          { id: '/templates', label: t('pages.templates') },
        ],
        workflows: workflows?.workflows ?? [],
        runs: runs?.items ?? [],
      }),
    [operations, me, workflows, runs, t],
  );
}

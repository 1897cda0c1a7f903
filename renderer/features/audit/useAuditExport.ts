import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client } from '#renderer/client/api.ts';
import { saveFile } from '#renderer/ui/saveFile.ts';
import { toastDone } from '#renderer/ui/toast.ts';

/** Fetches the whole log piece by piece and offers it as a JSON Lines file. */
export function useAuditExport() {
  const { t } = useTranslation('audit');
  return useMutation({
    mutationFn: async () => {
      const lines: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.audit.export({ limit: 500, ...(cursor ? { cursor } : {}) });
        for (const entry of page.lines) lines.push(JSON.stringify(entry));
        cursor = page.next;
      } while (cursor);
      return lines;
    },
    onSuccess: (lines) => {
      const day = new Date().toISOString().slice(0, 10);
      saveFile(
        `nexus-audit-${day}.jsonl`,
        lines.map((line) => `${line}\n`).join(''),
        'application/jsonl',
      );
      toastDone(t('exported', { count: lines.length }));
    },
  });
}

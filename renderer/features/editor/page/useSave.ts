import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';
import { type EditorDocument, isDirty } from '../store/EditorDocument.ts';

export interface Conflict {
  mine: string;
  theirs: string;
  hash: string;
}

/** Saves on top of the text that was opened; when the file is another by now, asks what to do. */
export function useSave(document: EditorDocument) {
  const { t } = useTranslation('editor');
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Conflict>();
  const saving = useRef<Promise<boolean>>(undefined);
  const write = useCallback(
    async (over?: string): Promise<boolean> => {
      const { name, base } = document.state;
      const { text } = document;
      const hash = over ?? base.hash;
      setBusy(true);
      try {
        const { workflow } = await client.workflows.save({
          name,
          source: text,
          ...(hash === undefined ? {} : { base_hash: hash }),
        });
        document.saved(text, workflow.hash);
        cache.setQueryData(api.workflows.get.queryKey({ input: { name } }), { workflow });
        void cache.invalidateQueries({ queryKey: api.workflows.list.key() });
        toastDone(t('saved', { name }));
        return true;
      } catch (error) {
        if (toErrorShape(error).code !== 'workflow.changed') toastError(error);
        else
          await client.workflows
            .get({ name })
            .then(
              ({ workflow }) =>
                setConflict({ mine: text, theirs: workflow.source, hash: workflow.hash }),
              toastError,
            );
        return false;
      } finally {
        setBusy(false);
      }
    },
    [cache, document, t],
  );
  // The next save begins on what the one before has written: two at once would be each other's conflict.
  const save = useCallback(
    async (over?: string): Promise<boolean> => {
      while (saving.current) if (!(await saving.current)) return false;
      if (over === undefined && !isDirty(document.state)) return true;
      saving.current = write(over);
      try {
        return await saving.current;
      } finally {
        saving.current = undefined;
      }
    },
    [document, write],
  );
  return { save, busy, conflict, clearConflict: () => setConflict(undefined) };
}

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';
import { type EditorDocument, isDirty } from '../store/EditorDocument.ts';

export interface Conflict {
  mine: string;
  /** What the file holds by now; undefined when it is gone. */
  theirs: string | undefined;
  hash: string | undefined;
}

/** The file is another than the one that the edit began with, or there is one where there was none. */
const others = new Set(['workflow.changed', 'workflow.exists']);

/** Saves on top of the text that was opened; when the file is another by now, asks what to do. */
export function useSave(document: EditorDocument) {
  const { t } = useTranslation('editor');
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Conflict>();
  const saving = useRef<Promise<boolean>>(undefined);
  const write = useCallback(
    async (over?: Pick<Conflict, 'hash'>): Promise<boolean> => {
      const { name, base } = document.state;
      const { text } = document;
      const { hash } = over ?? base;
      setBusy(true);
      try {
        const { workflow } = await client.workflows.save({
          name,
          source: text,
          ...(hash === undefined ? {} : { base_hash: hash }),
        });
        document.saved(text, workflow.hash);
        const queryKey = api.workflows.get.queryKey({ input: { name } });
        // An answer that is still on its way tells of the file before.
        await cache.cancelQueries({ queryKey });
        cache.setQueryData(queryKey, { workflow });
        void cache.invalidateQueries({ queryKey: api.workflows.list.key() });
        toastDone(t('saved', { name }));
        return true;
      } catch (error) {
        if (!others.has(toErrorShape(error).code)) toastError(error);
        else
          await onDisk(name).then(
            (theirs) => setConflict({ mine: text, theirs: theirs?.source, hash: theirs?.hash }),
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
    async (over?: Pick<Conflict, 'hash'>): Promise<boolean> => {
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

/** The file as it is now; undefined when there is none. */
async function onDisk(name: string) {
  try {
    return (await client.workflows.get({ name })).workflow;
  } catch (error) {
    if (toErrorShape(error).code === 'workflow.not_found') return undefined;
    throw error;
  }
}

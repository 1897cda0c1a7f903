import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { parse } from 'yaml';
import { z } from 'zod';
import { api, client } from '#renderer/client/api.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';

/** The name a file gives its workflow, else one made from the file's own name. */
export function nameOfSource(source: string, fileName: string): string {
  try {
    const named = z.object({ name: z.string().min(1) }).safeParse(parse(source));
    if (named.success) return named.data.name;
  } catch {
    // The platform will say what is wrong with it; the file is imported under its own name.
  }
  const base = fileName.replace(/\.ya?ml$/i, '').toLowerCase();
  return base.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '') || 'workflow';
}

export interface WorkflowActions {
  remove: (name: string) => Promise<void>;
  enable: (name: string, enabled: boolean) => Promise<void>;
  importFile: (file: File) => Promise<void>;
}

/** What can be done to a workflow from a list. Failures become toasts. */
export function useWorkflowActions(): WorkflowActions {
  const { t } = useTranslation('workflows');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const refresh = () => cache.invalidateQueries({ queryKey: api.workflows.key() });
  const guarded =
    <A extends unknown[]>(run: (...args: A) => Promise<void>) =>
    (...args: A) =>
      run(...args).catch(toastError);
  const restore = guarded(async (trash: string) => {
    const { workflow } = await client.workflows.restore({ trash });
    await refresh();
    toastDone(t('restored', { name: workflow.name }));
  });
  return {
    remove: guarded(async (name) => {
      const { trash } = await client.workflows.remove({ name });
      await refresh();
      toastDone(t('deleted', { name }), { label: t('undo'), run: () => void restore(trash) });
    }),
    enable: guarded(async (name, enabled) => {
      await client.workflows.enable({ name, enabled });
      await refresh();
      toastDone(t(enabled ? 'toggledOn' : 'toggledOff', { name }));
    }),
    importFile: guarded(async (file) => {
      const source = await file.text();
      const name = nameOfSource(source, file.name);
      const { workflow } = await client.workflows.create({ name, source });
      await refresh();
      toastDone(t('imported', { name: workflow.name }));
      await navigate({ to: '/workflows/$name', params: { name: workflow.name } });
    }),
  };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { workflowName } from '#contract/workflow.ts';
import { api } from '#renderer/client/api.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';

/** Gives a workflow another name. */
export function RenameDialog(props: { name: string; onClose: () => void }) {
  const { t } = useTranslation('workflows');
  const cache = useQueryClient();
  const [to, setTo] = useState(props.name);
  const rename = useMutation(
    api.workflows.rename.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: api.workflows.key() });
        props.onClose();
      },
    }),
  );
  const bad = !workflowName.safeParse(to).success;
  return (
    <FormDialog
      title={t('renameDialog.title', { name: props.name })}
      description={t('renameDialog.text')}
      verb={t('renameDialog.verb')}
      busy={rename.isPending}
      ready={!bad && to !== props.name}
      onSubmit={() => rename.mutate({ name: props.name, to })}
      onClose={props.onClose}
    >
      <Field label={t('create.name')} error={bad && t('create.nameBad')}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

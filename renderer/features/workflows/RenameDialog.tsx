import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { workflowName } from '#contract/workflow.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';

/** Gives a workflow another name. */
export function RenameDialog(props: { name: string; onClose: () => void }) {
  const { t } = useTranslation(['workflows', 'ui']);
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
  const submit = () => {
    if (!bad && to !== props.name) rename.mutate({ name: props.name, to });
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('renameDialog.title', { name: props.name })}
      description={t('renameDialog.text')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            busy={rename.isPending}
            disabled={bad || to === props.name}
            onClick={submit}
          >
            {t('renameDialog.verb')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
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
      </form>
    </Dialog>
  );
}

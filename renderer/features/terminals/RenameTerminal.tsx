import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Terminal } from '#contract/terminals.ts';
import { client } from '#renderer/client/api.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { toastError } from '#renderer/ui/toast.ts';

/** Gives a terminal a name; an empty one lets the program say it again. */
export function RenameTerminal(props: { terminal: Terminal; onClose: () => void }) {
  const { t } = useTranslation('terminals');
  const [title, setTitle] = useState(props.terminal.title);
  const save = () => {
    client.terminals.rename({ id: props.terminal.id, title }).then(props.onClose, toastError);
  };
  return (
    <FormDialog
      title={t('rename.title', { title: props.terminal.title })}
      verb={t('rename.verb')}
      cancel={t('rename.cancel')}
      onSubmit={save}
      onClose={props.onClose}
    >
      <Field label={t('rename.label')} help={t('rename.help')}>
        {(control) => (
          <Input
            {...control}
            maxLength={80}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

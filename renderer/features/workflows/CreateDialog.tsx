import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { workflowName } from '#contract/workflow.ts';
import { api } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';

/** A name like `wanted` that is not taken: `wanted`, `wanted-2`, `wanted-3`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let count = 2; taken.includes(name); count += 1) name = `${wanted}-${count}`;
  return name;
}

/** Asks for a name and creates a workflow, empty or from a template; then opens it. */
export function CreateDialog(props: {
  taken: readonly string[];
  onClose: () => void;
  title?: ReactNode;
  note?: ReactNode;
  template?: { id: string; name: string };
}) {
  const { t } = useTranslation('workflows');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(() =>
    props.template ? freeName(props.template.name, props.taken) : '',
  );
  const [touched, setTouched] = useState(false);
  const create = useMutation(
    api.workflows.create.mutationOptions({
      meta: { quiet: true },
      onSuccess: async ({ workflow }) => {
        await cache.invalidateQueries({ queryKey: api.workflows.list.key() });
        await navigate({ to: '/workflows/$name', params: { name: workflow.name } });
      },
    }),
  );
  const bad = !workflowName.safeParse(name).success;
  const taken = props.taken.includes(name);
  const failed = create.error && toErrorShape(create.error);
  const submit = () => {
    setTouched(true);
    if (bad || taken) return;
    create.mutate({ name, ...(props.template ? { template: props.template.id } : {}) });
  };
  return (
    <FormDialog
      title={props.title ?? t('create.title')}
      description={t('create.text')}
      verb={t('create.verb')}
      busy={create.isPending}
      onSubmit={submit}
      onClose={props.onClose}
    >
      {props.note && <p className="text-sm text-warn">{props.note}</p>}
      <Field
        label={t('create.name')}
        help={t('create.nameHelp')}
        error={
          (touched && bad && t('create.nameBad')) ||
          (taken && t('create.nameTaken')) ||
          (failed && `${failed.message} ${failed.hint ?? ''}`)
        }
      >
        {(control) => (
          <Input
            {...control}
            // The dialog exists to ask this one thing.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            className="font-mono"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

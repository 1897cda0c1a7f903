import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Select } from '#renderer/ui/Select.tsx';

/** One of the workflows that there are. */
export function WorkflowSelect(props: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  id?: string | undefined;
}) {
  const { t } = useTranslation('editor');
  const { data } = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const names = data?.workflows.map((workflow) => workflow.name) ?? [];
  const all = props.value !== '' && !names.includes(props.value) ? [props.value, ...names] : names;
  return (
    <Select
      {...(props.id ? { id: props.id } : {})}
      label={props.label}
      value={props.value === '' ? undefined : props.value}
      placeholder={t('form.pickWorkflow')}
      onChange={props.onChange}
      options={all.map((name) => ({ value: name, label: name }))}
    />
  );
}

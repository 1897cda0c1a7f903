import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRule } from '#contract/alerts.ts';
import { LOCAL_HOST, unitOf } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import {
  emptyForm,
  fieldsOf,
  formOf,
  isSized,
  type RuleForm,
  sizes,
  usualMetrics,
  wrongFields,
} from './ruleForm.ts';

type Set = (change: Partial<RuleForm>) => void;

function TextField(props: {
  form: RuleForm;
  set: Set;
  name: 'name' | 'metric' | 'threshold' | 'clear' | 'for' | 'hosts';
  wrong: readonly string[];
  mono?: boolean;
  list?: string;
}) {
  const { t } = useTranslation('alerts');
  const { form, set, name } = props;
  const isWrong = props.wrong.includes(name);
  return (
    <Field
      label={t(`form.${name}`)}
      help={t(`form.${name}Help`)}
      error={isWrong ? t(`form.${name}Wrong`) : undefined}
    >
      {(control) => (
        <Input
          {...control}
          className={props.mono ? 'font-mono' : ''}
          spellCheck={false}
          autoComplete="off"
          list={props.list}
          value={form[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

function Condition({ form, set, wrong }: { form: RuleForm; set: Set; wrong: readonly string[] }) {
  const { t } = useTranslation('alerts');
  const list = useId();
  const known = useQuery(api.monitor.metrics.queryOptions({ input: { host: LOCAL_HOST } }));
  const names = [
    ...usualMetrics,
    ...(known.data?.metrics ?? [])
      .map(({ metric }) => metric)
      .filter((metric) => !usualMetrics.includes(metric)),
  ];
  const sized = isSized(unitOf(form.metric));
  return (
    <>
      <TextField form={form} set={set} name="metric" wrong={wrong} mono list={list} />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
      <div className={`grid gap-3 ${sized ? 'grid-cols-[96px_1fr_96px]' : 'grid-cols-[96px_1fr]'}`}>
        <Field label={t('form.comparison')}>
          {({ id }) => (
            <Select
              id={id}
              value={form.comparison}
              onChange={(comparison) => set({ comparison })}
              options={(['>', '>=', '<', '<='] as const).map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        <TextField form={form} set={set} name="threshold" wrong={wrong} />
        {sized && (
          <Field label={t('form.size')}>
            {({ id }) => (
              <Select
                id={id}
                value={form.size}
                onChange={(size) => set({ size })}
                options={sizes.map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
        )}
      </div>
    </>
  );
}

/** A new alert rule, or another one changed. */
export function RuleDialog(props: { rule?: AlertRule; onClose: () => void }) {
  const { t } = useTranslation('alerts');
  const cache = useQueryClient();
  const [form, setForm] = useState<RuleForm>(() => (props.rule ? formOf(props.rule) : emptyForm));
  const [tried, setTried] = useState(false);
  const set: Set = (change) => setForm((before) => ({ ...before, ...change }));
  const wrong = wrongFields(form);
  const shown = tried ? wrong : wrong.filter((name) => name !== 'name');
  const done = async () => {
    props.onClose();
    await cache.invalidateQueries({ queryKey: api.alerts.key() });
  };
  // Its errors are shown in the form.
  const options = { onSuccess: done, meta: { quiet: true } };
  const add = useMutation(api.alerts.add.mutationOptions(options));
  const update = useMutation(api.alerts.update.mutationOptions(options));
  const failed = add.error ?? update.error;
  const save = () => {
    setTried(true);
    if (wrong.length > 0) return;
    if (props.rule) update.mutate({ id: props.rule.id, ...fieldsOf(form) });
    else add.mutate(fieldsOf(form));
  };
  return (
    <FormDialog
      title={props.rule ? t('editTitle', { name: props.rule.name }) : t('add')}
      verb={props.rule ? t('save') : t('add')}
      busy={add.isPending || update.isPending}
      onSubmit={save}
      onClose={props.onClose}
    >
      <TextField form={form} set={set} name="name" wrong={shown} mono />
      <Condition form={form} set={set} wrong={shown} />
      <div className="grid grid-cols-2 gap-3 max-narrow:grid-cols-1">
        <TextField form={form} set={set} name="for" wrong={shown} />
        <TextField form={form} set={set} name="clear" wrong={shown} />
        <TextField form={form} set={set} name="hosts" wrong={shown} mono />
        <Field label={t('form.severity')} help={t('form.severityHelp')}>
          {({ id }) => (
            <Select
              id={id}
              value={form.severity}
              onChange={(severity) => set({ severity })}
              options={(['info', 'warning', 'critical'] as const).map((value) => ({
                value,
                label: t(`severity.${value}`),
              }))}
            />
          )}
        </Field>
      </div>
      <label className="flex items-center gap-2 text-sm">
        <Switch
          checked={form.notify}
          label={t('form.notify')}
          onChange={(notify) => set({ notify })}
        />
        <span aria-hidden>{t('form.notify')}</span>
      </label>
      {failed && (
        <p role="alert" className="text-sm text-danger">
          {toErrorShape(failed).message}{' '}
          <span className="text-muted">{toErrorShape(failed).hint}</span>
        </p>
      )}
    </FormDialog>
  );
}

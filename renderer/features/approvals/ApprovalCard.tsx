import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Clock, Stamp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Approval } from '#contract/runWaits.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field, type FieldControl } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { textSaid } from '#renderer/i18n/said.ts';
import { toastDone } from '#renderer/ui/toast.ts';
import { type FieldValue, initialField, readFields } from './approvalFields.ts';

function Control(props: {
  field: Approval['fields'][number];
  control: FieldControl;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}) {
  const { field, control, value, onChange } = props;
  if (field.options) {
    return (
      <Select
        id={control.id}
        value={String(value)}
        onChange={onChange}
        options={field.options.map((option) => ({ value: option, label: option }))}
      />
    );
  }
  if (field.type === 'boolean') {
    return (
      <div>
        <Switch id={control.id} checked={value === true} onChange={onChange} />
      </div>
    );
  }
  const common = {
    ...control,
    value: String(value),
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (field.type === 'text') return <Textarea {...common} />;
  return <Input {...common} inputMode={field.type === 'number' ? 'decimal' : 'text'} />;
}

/** `RUN/STEP[INDEX]`: the item of a foreach step, if it is one. */
export function approvalIndex(id: string): number | undefined {
  const match = /\[(\d+)\]$/.exec(id);
  return match ? Number(match[1]) : undefined;
}

const refusing = /^(reject|deny|no|refuse|abort|cancel|decline|ablehnen|nein)/i;

/** A choice as a button says it; the usual ones are known in every language. */
function choiceLabel(choice: string): string {
  const said = textSaid(choice);
  return said.charAt(0).toLocaleUpperCase() + said.slice(1);
}

/** One decision: the question, its form, the choices. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals');
  const cache = useQueryClient();
  const [values, setValues] = useState<Record<string, FieldValue>>({});
  const [comment, setComment] = useState('');
  const [tried, setTried] = useState(false);
  const { fields, problems } = readFields(approval.fields, values);
  const decide = useMutation(
    api.runs.approve.mutationOptions({
      onSuccess: async (_result, { choice }) => {
        toastDone(t('decided', { choice: choice ?? '' }));
        await cache.invalidateQueries({ queryKey: api.runs.approvals.key() });
      },
    }),
  );
  const choose = (choice: string) => {
    setTried(true);
    // A refusal needs no filled form.
    if (!refusing.test(choice) && Object.keys(problems).length > 0) return;
    const index = approvalIndex(approval.id);
    decide.mutate({
      id: approval.run,
      step: approval.step,
      choice,
      fields,
      ...(index === undefined ? {} : { index }),
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    });
  };
  return (
    <article className="rounded-card border border-border bg-surface-2">
      <header className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-border px-4 py-3">
        <Stamp className="mt-1 size-4 shrink-0 text-info" aria-hidden />
        <div className="min-w-56 flex-1">
          <h3 className="font-semibold">{approval.title}</h3>
          <p className="flex flex-wrap gap-x-3 text-xs text-muted">
            <Link to="/runs/$id" params={{ id: approval.run }} className="hover:underline">
              {approval.workflow} · {approval.step}
            </Link>
            <span>
              {t('asked')} <RelativeTime at={approval.asked_at} />
            </span>
            {approval.who.length > 0 && <span>{t('who', { who: approval.who.join(', ') })}</span>}
          </p>
        </div>
        {approval.due_at && (
          <span className="flex items-center gap-1 pl-7 text-xs text-warn">
            <Clock className="size-3.5" aria-hidden />
            <span>
              {approval.default_choice
                ? t('dueChoice', { choice: approval.default_choice })
                : t('due')}{' '}
              <RelativeTime at={approval.due_at} />
            </span>
          </span>
        )}
      </header>
      <div className="space-y-4 p-4">
        {approval.message && (
          <p className="text-sm break-words whitespace-pre-wrap">{approval.message}</p>
        )}
        {approval.fields.map((field) => {
          const problem = tried ? problems[field.name] : undefined;
          return (
            <Field
              key={field.name}
              label={field.label ?? field.name}
              required={field.required ?? false}
              error={problem && t(problem)}
            >
              {(control) => (
                <Control
                  field={field}
                  control={control}
                  value={values[field.name] ?? initialField(field)}
                  onChange={(value) => setValues({ ...values, [field.name]: value })}
                />
              )}
            </Field>
          );
        })}
        <Field label={t('comment')} help={t('commentHelp')}>
          {(control) => (
            <Input
              {...control}
              maxLength={2000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-2">
          {approval.choices.map((choice, index) => (
            <Button
              key={choice}
              variant={
                refusing.test(choice) ? 'danger-ghost' : index === 0 ? 'primary' : 'secondary'
              }
              busy={decide.isPending && decide.variables.choice === choice}
              disabled={decide.isPending}
              onClick={() => choose(choice)}
            >
              {choiceLabel(choice)}
            </Button>
          ))}
        </div>
      </div>
    </article>
  );
}

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Question, QuestionField } from '#contract/questions.ts';
import { api } from '#renderer/client/api.ts';
import { questionSaid } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field, type FieldControl } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Select } from '#renderer/ui/Select.tsx';

/** One question above the page. To close it is to refuse. What is typed stays here until it is sent. */
export function QuestionDialog({ question, waiting }: { question: Question; waiting: number }) {
  const { t } = useTranslation('questions');
  const [values, setValues] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  const answer = useMutation(api.questions.answer.mutationOptions());
  const refuse = useMutation(api.questions.refuse.mutationOptions());
  const busy = answer.isPending || refuse.isPending;
  const missing = (field: QuestionField) => field.required && !values[field.name];
  // A lone choice is a row of buttons: one click decides.
  const [only] = question.fields;
  const choice = question.fields.length === 1 && only?.type === 'choice' ? only : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (question.fields.some(missing)) return;
    answer.mutate({ id: question.id, values });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open && !busy) refuse.mutate({ id: question.id });
      }}
      title={questionSaid(question.title)}
      description={
        <span className="flex flex-wrap gap-x-3">
          <span>{t(`kind.${question.kind}`)}</span>
          <span>{t('subject', { subject: question.subject })}</span>
          {waiting > 0 && <span>{t('more', { count: waiting })}</span>}
        </span>
      }
      footer={
        <>
          {question.kind !== 'approval' && (
            // An approval has its own way to say no.
            <Button onClick={() => refuse.mutate({ id: question.id })} disabled={busy}>
              {t('refuse')}
            </Button>
          )}
          {choice?.options?.toReversed().map((option) => (
            <Button
              key={option.value}
              variant={option === choice.options?.[0] ? 'primary' : 'secondary'}
              disabled={busy}
              onClick={() =>
                answer.mutate({ id: question.id, values: { [choice.name]: option.value } })
              }
            >
              {questionSaid(option.label)}
            </Button>
          ))}
          {!choice && (
            <Button variant="primary" type="submit" form={question.id} disabled={busy}>
              {t('answer')}
            </Button>
          )}
        </>
      }
    >
      <form id={question.id} onSubmit={submit} className="space-y-4 pb-2" autoComplete="off">
        <p className="font-mono text-xs break-words whitespace-pre-wrap">
          {questionSaid(question.text)}
        </p>
        {!choice &&
          question.fields.map((field) => (
            <Field
              key={field.name}
              label={questionSaid(field.label)}
              required={field.required}
              error={tried && missing(field) ? t('required') : undefined}
            >
              {(control) => (
                <Control
                  field={field}
                  control={control}
                  value={values[field.name] ?? ''}
                  onChange={(value) => setValues({ ...values, [field.name]: value })}
                />
              )}
            </Field>
          ))}
        <p className="text-xs text-muted">
          {t('until')} <RelativeTime at={question.expires_at} />
        </p>
      </form>
    </Dialog>
  );
}

function Control(props: {
  field: QuestionField;
  control: FieldControl;
  value: string;
  onChange: (value: string) => void;
}) {
  const { field, control, value, onChange } = props;
  if (field.type === 'choice')
    return (
      <Select
        id={control.id}
        value={value}
        onChange={onChange}
        options={(field.options ?? []).map(({ value: one, label }) => ({
          value: one,
          label: questionSaid(label),
        }))}
      />
    );
  return (
    <Input
      {...control}
      type={field.type === 'secret' ? 'password' : 'text'}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

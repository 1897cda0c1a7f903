import { useTranslation } from 'react-i18next';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';

interface Said {
  description: string;
  tags: string;
  age: string;
}

/** The fields for what is said of a secret: what it is for, its tags, how old its value may become. */
export function SecretSaid(props: {
  form: Said;
  set: (change: Partial<Said>) => void;
  badTags: boolean;
  badAge: boolean;
}) {
  const { t } = useTranslation('vault');
  const { form, set } = props;
  return (
    <>
      <Field label={t('secret.description')}>
        {(control) => (
          <Input
            {...control}
            maxLength={500}
            value={form.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t('secret.tags')}
        help={t('secret.tagsHelp')}
        error={props.badTags && t('secret.badTags')}
      >
        {(control) => (
          <Input
            {...control}
            value={form.tags}
            onChange={(event) => set({ tags: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t('secret.age')}
        help={t('secret.ageHelp')}
        error={props.badAge && t('secret.badAge')}
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            className="tabular max-w-32"
            value={form.age}
            onChange={(event) => set({ age: event.target.value.trim() })}
          />
        )}
      </Field>
    </>
  );
}

import { useTranslation } from 'react-i18next';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { useCommandOptions } from './useCommandOptions.ts';

/** How a command goes through its hosts. */
export function CommandSettings({ form }: { form: ReturnType<typeof useCommandOptions> }) {
  const { t } = useTranslation('hosts');
  const usual = {
    parallel: form.strategy === 'rolling' ? '1' : '50',
    timeout: t('command.none'),
    retries: undefined,
  };
  return (
    <div className="grid min-w-0 flex-[1_1_460px] grid-cols-[minmax(150px,2fr)_repeat(3,minmax(90px,1fr))] gap-3 max-narrow:basis-full max-narrow:grid-cols-2">
      <Field label={t('command.strategy')}>
        {({ id }) => (
          <Select
            id={id}
            value={form.strategy}
            onChange={form.setStrategy}
            options={(['all', 'rolling', 'canary'] as const).map((value) => ({
              value,
              label: t(`command.strategies.${value}`),
            }))}
          />
        )}
      </Field>
      {(['parallel', 'timeout', 'retries'] as const).map((name) => (
        <Field
          key={name}
          label={t(`command.${name}`)}
          error={form.wrong[name] ? t('command.number') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              placeholder={usual[name]}
              value={form.texts[name]}
              onChange={(event) => form.set({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { GraphStep } from '../document/graph.ts';
import { useEditor } from '../store/context.ts';
import { Section } from './Section.tsx';
import { ObjectForm, ValueControl } from './ValueField.tsx';
import { durationSchema, retrySchema } from './stepSchemas.ts';
import { usePut } from './stepValues.ts';
import { text } from './ValueProps.ts';

function OnError({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  const graph = useEditor((state) => state.graph);
  const value = step.goto === undefined ? text(raw.on_error) || 'fail' : `goto ${step.goto}`;
  const targets = graph.steps.filter((other) => other.list === step.list && other.id !== step.id);
  return (
    <Field label={t('step.onError')}>
      {(control) => (
        <Select
          id={control.id}
          value={value}
          placeholder={value}
          onChange={(picked) =>
            put(
              ['on_error'],
              picked === 'fail'
                ? undefined
                : picked === 'continue'
                  ? 'continue'
                  : { goto: picked.slice(5) },
            )
          }
          options={[
            { value: 'fail', label: t('step.onErrorFail') },
            { value: 'continue', label: t('step.onErrorContinue') },
            ...targets.map((other) => ({
              value: `goto ${other.id}`,
              label: t('step.onErrorGoto', { step: other.name ?? other.id }),
            })),
          ]}
        />
      )}
    </Field>
  );
}

function Duration(props: {
  label: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  return (
    <Field label={props.label}>
      {(control) => (
        <ValueControl
          id={control.id}
          label={props.label}
          schema={durationSchema}
          value={props.value}
          onChange={props.onChange}
        />
      )}
    </Field>
  );
}

/** How long a step may take, how often it is tried, and what follows when it fails or is interrupted. */
export function Robustness({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  return (
    <Section
      title={t('section.robust')}
      testId="section-robust"
      set={['timeout', 'retry', 'on_error', 'on_interrupted'].some((key) => key in raw)}
    >
      <Duration
        label={t('step.timeout')}
        value={raw.timeout}
        onChange={(value) => put(['timeout'], value)}
      />
      <fieldset className="space-y-2">
        <legend className="text-sm font-medium">{t('step.retry')}</legend>
        <ObjectForm
          nested
          schema={retrySchema}
          label={t('step.retry')}
          value={raw.retry}
          onChange={(value) =>
            put(['retry'], isEmpty(value) ? undefined : withAttempts(value, raw.retry))
          }
        />
      </fieldset>
      <OnError step={step} raw={raw} />
      <Field label={t('step.onInterrupted')} help={t('step.onInterruptedHelp')}>
        {(control) => (
          <Select
            id={control.id}
            value={text(raw.on_interrupted) || 'default'}
            placeholder={text(raw.on_interrupted)}
            onChange={(picked) =>
              put(['on_interrupted'], picked === 'default' ? undefined : picked)
            }
            options={(['default', 'ask', 'retry', 'skip', 'fail'] as const).map((value) => ({
              value,
              label: t(`interrupted.${value}`),
            }))}
          />
        )}
      </Field>
    </Section>
  );
}

/** Whether a form has nothing in it, so that its key is not written. */
export function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** A retry needs to say how often: the first key brings that along. Once there, it is the person's to empty. */
function withAttempts(value: Json | undefined, before: Json | undefined): Json {
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return 'attempts' in map || !isEmpty(before) ? map : { attempts: 3, ...map };
}

import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Field } from '#renderer/ui/Field.tsx';
import type { GraphStep } from '../document/graph.ts';
import { Section } from './Section.tsx';
import { ValueControl } from './ValueField.tsx';
import { usePut } from './stepValues.ts';

/** The list that a step runs for, item by item. */
export function Repetition({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  return (
    <Section title={t('section.foreach')} testId="section-foreach" set={'foreach' in raw}>
      <Field label={t('step.foreach')} help={t('step.foreachHelp')}>
        {(control) => (
          <ValueControl
            id={control.id}
            label={t('step.foreach')}
            schema={{}}
            value={raw.foreach}
            onChange={(value) => put(['foreach'], value)}
          />
        )}
      </Field>
      <Field label={t('step.maxParallel')}>
        {(control) => (
          <ValueControl
            id={control.id}
            label={t('step.maxParallel')}
            schema={{ type: 'integer' }}
            value={raw.max_parallel}
            onChange={(value) => put(['max_parallel'], value)}
          />
        )}
      </Field>
    </Section>
  );
}

import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GraphStep } from '../document/graph.ts';
import { useKind } from '../store/context.ts';
import { ConditionEditor } from './ConditionEditor.tsx';
import { FormScopeContext } from './FormScope.ts';
import type { Schema } from './schema.ts';
import { Section } from './Section.tsx';
import { useNames } from './useNames.ts';
import { ObjectForm, ValueControl } from './ValueField.tsx';
import { envSchema } from './stepSchemas.ts';
import { usePut, useRaw } from './stepValues.ts';
import { isEmpty, Robustness } from './Robustness.tsx';
import { Repetition } from './Repetition.tsx';
import { Rollback } from './Rollback.tsx';
import { General } from './General.tsx';
import { Needs } from './Needs.tsx';

const nothing: Schema = {};

/** Everything a step can be told, as a form. */
export function StepSettings({ step }: { step: GraphStep }) {
  const { t } = useTranslation('editor');
  const raw = useRaw(step);
  const kind = useKind(step.uses);
  const names = useNames(step.id);
  const put = usePut(step);
  const [forced, setForced] = useState(false);
  const schema = (kind?.with ?? nothing) as Schema;
  const scope = useMemo(() => ({ root: schema, step: step.id, names }), [schema, step.id, names]);
  return (
    <FormScopeContext value={scope}>
      <General step={step} raw={raw} />
      <Section title={kind ? kind.title : t('section.with')} open testId="section-with">
        {kind ? (
          <ObjectForm
            schema={schema}
            label={kind.title}
            value={raw.with}
            onChange={(value) => put(['with'], isEmpty(value) ? undefined : value)}
          />
        ) : (
          <ValueControl
            schema={{}}
            label={t('section.with')}
            value={raw.with}
            onChange={(value) => put(['with'], value)}
          />
        )}
      </Section>
      <Section
        title={t('section.when')}
        testId="section-when"
        set={'if' in raw || 'needs' in raw}
        open={'if' in raw}
      >
        <ConditionEditor
          value={step.condition}
          forced={forced}
          onMode={setForced}
          onChange={(value) => put(['if'], value)}
        />
        <Needs step={step} />
      </Section>
      <Repetition step={step} raw={raw} />
      <Robustness step={step} raw={raw} />
      <Rollback step={step} raw={raw} />
      <Section title={t('section.env')} testId="section-env" set={'env' in raw}>
        <ValueControl
          schema={envSchema}
          label={t('section.env')}
          value={raw.env}
          onChange={(value) => put(['env'], value)}
        />
      </Section>
    </FormScopeContext>
  );
}

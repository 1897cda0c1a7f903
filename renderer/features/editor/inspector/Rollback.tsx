import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { GraphStep } from '../document/graph.ts';
import { useKinds } from '../store/context.ts';
import { FormScopeContext } from './FormScope.ts';
import type { Schema } from './schema.ts';
import { Section } from './Section.tsx';
import { ObjectForm } from './ValueField.tsx';
import { usePut } from './stepValues.ts';

/** What undoes a step when the run fails later. */
export function Rollback({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const kinds = useKinds();
  const put = usePut(step);
  const rollback = raw.rollback;
  const map =
    typeof rollback === 'object' && rollback !== null && !Array.isArray(rollback)
      ? rollback
      : undefined;
  const uses = typeof map?.uses === 'string' ? map.uses : undefined;
  const schema = (uses === undefined ? undefined : kinds.get(uses)?.with) as Schema | undefined;
  return (
    <Section title={t('section.rollback')} testId="section-rollback" set={rollback !== undefined}>
      <Field label={t('step.rollback')} help={t('step.rollbackHelp')}>
        {(control) => (
          <Select
            id={control.id}
            value={rollback === true ? 'own' : (uses ?? 'none')}
            placeholder={uses ?? ''}
            onChange={(picked) =>
              put(
                ['rollback'],
                picked === 'none' ? undefined : picked === 'own' ? true : { uses: picked },
              )
            }
            options={[
              { value: 'none', label: t('form.none') },
              { value: 'own', label: t('step.rollbackOwn') },
              ...[...kinds.values()].map((kind) => ({ value: kind.kind, label: kind.title })),
            ]}
          />
        )}
      </Field>
      {schema && (
        <FormScopeContext value={{ root: schema, step: step.id, names: [] }}>
          <ObjectForm
            key={uses}
            schema={schema}
            label={t('section.rollback')}
            value={map?.with}
            onChange={(value) => put(['rollback', 'with'], value)}
          />
        </FormScopeContext>
      )}
    </Section>
  );
}

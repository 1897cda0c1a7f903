import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { GraphStep } from '../document/graph.ts';
import { renameStep } from '../document/renameStep.ts';
import { useDocument, useKinds } from '../store/context.ts';
import { usePut } from './stepValues.ts';

/** What a step is called, and of which kind it is. */
export function General({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const kinds = useKinds();
  const put = usePut(step);
  const uses = [...kinds.values()].map((kind) => ({ value: kind.kind, label: kind.title }));
  if (!kinds.has(step.uses))
    uses.unshift({ value: step.uses, label: step.uses || t('node.noKind') });
  return (
    <div className="space-y-3 px-3 py-3">
      <Field label={t('step.name')}>
        {(control) => (
          <Input
            {...control}
            data-testid="step-name"
            value={step.name ?? ''}
            placeholder={step.id}
            onChange={(event) => put(['name'], event.target.value || undefined)}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-2">
        <Field label={t('step.id')}>
          {(control) => (
            <Input
              {...control}
              key={step.id}
              data-testid="step-id"
              className="font-mono text-xs"
              defaultValue={step.id}
              onBlur={(event) => {
                const to = event.target.value.trim();
                if (to !== step.id && !document.run(renameStep(step.id, to)))
                  event.target.value = step.id;
              }}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
            />
          )}
        </Field>
        <Field label={t('step.uses')}>
          {(control) => (
            <Select
              id={control.id}
              value={step.uses}
              options={uses}
              onChange={(kind) => put(['uses'], kind)}
            />
          )}
        </Field>
      </div>
      {raw.note !== undefined && (
        <Field label={t('step.note')}>
          {(control) => (
            <Textarea
              {...control}
              value={step.note ?? ''}
              onChange={(event) => put(['note'], event.target.value || undefined)}
            />
          )}
        </Field>
      )}
    </div>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { CodeField } from '../code/CodeField.tsx';
import {
  type Condition,
  type Operator,
  operators,
  readCondition,
  writeCondition,
} from './condition.ts';
import { useFormScope } from './FormScope.ts';
import { ValuePreview } from './ValuePreview.tsx';

const modes = ['success', 'failure', 'always', 'compare', 'raw'] as const;

function switchTo(mode: Condition['mode'], text: string | undefined): Condition {
  if (mode === 'compare') return { mode, left: 'steps', operator: '==', right: '' };
  if (mode === 'raw') return { mode, text: text === undefined ? 'success()' : text };
  return { mode };
}

/** When a step runs: in words where the condition is simple, as an expression where it is not. */
export function ConditionEditor(props: {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslation('editor');
  const { names, step } = useFormScope();
  // What is being typed keeps its form as long as it is what the text says: half a name is not yet
  // a comparison to whoever reads it, and the fields must not go away under the cursor.
  const [draft, setDraft] = useState<Condition>();
  const condition =
    draft && writeCondition(draft) === props.value ? draft : readCondition(props.value);
  const put = (next: Condition) => {
    setDraft(next);
    props.onChange(writeCondition(next));
  };
  return (
    <div className="space-y-2" data-testid="condition">
      <Field label={t('condition.label')}>
        {(control) => (
          <Select
            id={control.id}
            value={condition.mode}
            onChange={(mode) => put(switchTo(mode, props.value))}
            options={modes.map((mode) => ({ value: mode, label: t(`condition.${mode}`) }))}
          />
        )}
      </Field>
      {condition.mode === 'compare' && (
        <div className="grid grid-cols-[1fr_auto_1fr] gap-1.5">
          <CodeField
            label={t('condition.left')}
            language="expression"
            names={names}
            value={condition.left}
            onChange={(left) => put({ ...condition, left })}
          />
          <Select<Operator>
            label={t('condition.operator')}
            value={condition.operator}
            onChange={(operator) => put({ ...condition, operator })}
            options={operators.map((operator) => ({ value: operator, label: operator }))}
          />
          <CodeField
            label={t('condition.right')}
            value={condition.right}
            onChange={(right) => put({ ...condition, right })}
          />
        </div>
      )}
      {condition.mode === 'raw' && (
        <CodeField
          label={t('condition.raw')}
          language="expression"
          lines="many"
          className="min-h-14 [&_.cm-content]:min-h-12"
          names={names}
          value={condition.text}
          onChange={(text) => put({ mode: 'raw', text: text.trim() === '' ? 'success()' : text })}
        />
      )}
      {(condition.mode === 'compare' || condition.mode === 'raw') && props.value !== undefined && (
        <ValuePreview text={props.value} step={step} bare />
      )}
    </div>
  );
}

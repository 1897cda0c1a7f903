import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { CodeField } from '../code/CodeField.tsx';
import { same } from '../document/same.ts';
import { readAny, writeAny } from './anyText.ts';
import { useFormScope } from './FormScope.ts';
import { ValuePreview } from './ValuePreview.tsx';
import type { ValueProps } from './ValueProps.ts';

/** Any JSON, typed as YAML; while that is broken, the last good value stays. */
export function AnyControl(props: ValueProps) {
  const { t } = useTranslation('editor');
  const { names, step } = useFormScope();
  const shown = writeAny(props.value);
  const [draft, setDraft] = useState({ text: shown, value: props.value, broken: false });
  const current = same(draft.value, props.value)
    ? draft
    : { text: shown, value: props.value, broken: false };
  const change = (typed: string) => {
    let value: Json | undefined;
    try {
      value = readAny(typed, props.value);
    } catch {
      setDraft({ text: typed, value: props.value, broken: true });
      return;
    }
    setDraft({ text: typed, value, broken: false });
    props.onChange(value);
  };
  return (
    <>
      <CodeField
        {...(props.id ? { id: props.id } : {})}
        label={props.label}
        lines="many"
        className="min-h-16 [&_.cm-content]:min-h-14"
        names={names}
        invalid={current.broken}
        placeholder={t('form.any')}
        value={current.text}
        onChange={change}
      />
      {current.broken && <p className="mt-1 text-xs text-danger">{t('form.anyBroken')}</p>}
      {typeof props.value === 'string' && <ValuePreview text={props.value} step={step} />}
    </>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parse } from 'yaml';
import type { Json } from '#contract/common.ts';
import { CodeField } from '../code/CodeField.tsx';
import { asYaml } from '../document/Plan.ts';
import { same } from '../document/same.ts';
import { useFormScope } from './FormScope.ts';
import { isExpression } from './schema.ts';
import { ValuePreview } from './ValuePreview.tsx';
import type { ValueProps } from './ValueProps.ts';

/** Any JSON, typed as YAML; while that is broken, the last good value stays. */
export function AnyControl(props: ValueProps) {
  const { t } = useTranslation('editor');
  const { names, step } = useFormScope();
  const shown =
    props.value === undefined
      ? ''
      : typeof props.value === 'string'
        ? props.value
        : asYaml(props.value);
  const [draft, setDraft] = useState({ text: shown, value: props.value, broken: false });
  const current = same(draft.value, props.value)
    ? draft
    : { text: shown, value: props.value, broken: false };
  const change = (typed: string) => {
    let value: Json | undefined;
    try {
      value =
        typed.trim() === ''
          ? undefined
          : isExpression(typed) && !typed.includes('\n')
            ? typed
            : (parse(typed) as Json);
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

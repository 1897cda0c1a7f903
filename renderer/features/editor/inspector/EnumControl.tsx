import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Select } from '#renderer/ui/Select.tsx';
import { same } from '../document/same.ts';
import { useFormScope } from './FormScope.ts';
import { resolve } from './schema.ts';
import { text, type ValueProps } from './ValueProps.ts';

const UNSET = '\u0000unset';

function isUnset(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

/** One of the listed values, or none, which leaves it to the default. */
export function EnumControl(props: ValueProps & { options: Json[] }) {
  const { t } = useTranslation('editor');
  const { root } = useFormScope();
  const fallback = resolve(props.schema, root).default;
  const index = props.options.findIndex((option) => same(option, props.value));
  return (
    <Select
      {...(props.id ? { id: props.id } : {})}
      label={props.label}
      value={index !== -1 ? String(index) : isUnset(props.value) ? UNSET : undefined}
      // What the file says is shown, also where it is none of those that there are.
      placeholder={text(props.value)}
      onChange={(picked) =>
        props.onChange(picked === UNSET ? undefined : props.options[Number(picked)])
      }
      options={[
        {
          value: UNSET,
          label:
            fallback === undefined
              ? t('form.default')
              : t('form.defaultIs', { value: text(fallback) }),
        },
        ...props.options.map((option, at) => ({ value: String(at), label: text(option) })),
      ]}
    />
  );
}

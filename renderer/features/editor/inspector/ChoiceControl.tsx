import { textSaid } from '#renderer/i18n/said.ts';
import { useTranslation } from 'react-i18next';
import { Select } from '#renderer/ui/Select.tsx';
import { useFormScope } from './FormScope.ts';
import { choiceName, chosen, type Schema } from './schema.ts';
import type { ValueControlOf, ValueProps } from './ValueProps.ts';
import { starting } from './starting.ts';

/** A value that is one of several shapes: which one, and then the control of that shape. */
export function ChoiceControl(props: ValueProps & { options: Schema[]; Value: ValueControlOf }) {
  const { t } = useTranslation('editor');
  const { root } = useFormScope();
  const index = chosen(props.options, props.value);
  const option = props.options[index];
  const { options: _options, Value: _value, ...plain } = props;
  return (
    <div className="space-y-2">
      <Select
        label={props.label}
        value={index === -1 ? 'none' : String(index)}
        onChange={(picked) => {
          const next = props.options[Number(picked)];
          props.onChange(picked === 'none' || !next ? undefined : starting(next, root));
        }}
        options={[
          { value: 'none', label: t('form.none') },
          ...props.options.map((each, at) => ({
            value: String(at),
            label: textSaid(choiceName(each)),
          })),
        ]}
      />
      {option && option.const === undefined && !option.enum && (
        <props.Value {...plain} schema={option} />
      )}
    </div>
  );
}

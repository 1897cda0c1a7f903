import { useTranslation } from 'react-i18next';
import type { InputDefinition } from '#contract/workflow.ts';
import { Field, type FieldControl } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import {
  type InputProblem,
  initialValue,
  isRequired,
  optionText,
  type RawInput,
} from './inputValues.ts';

function Control(props: {
  control: FieldControl;
  definition: InputDefinition;
  value: RawInput;
  onChange: (value: RawInput) => void;
}) {
  const { control, definition, value, onChange } = props;
  if (definition.enum) {
    return (
      <Select
        id={control.id}
        value={String(value)}
        onChange={onChange}
        options={definition.enum.map((option) => ({
          value: optionText(option),
          label: optionText(option),
        }))}
      />
    );
  }
  if (definition.type === 'boolean') {
    return (
      <div>
        <Switch id={control.id} checked={value === true} onChange={onChange} />
      </div>
    );
  }
  const text = String(value);
  if (definition.type === 'object' || definition.type === 'array') {
    return (
      <Textarea
        {...control}
        spellCheck={false}
        className="font-mono text-xs"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const isNumber = definition.type === 'number' || definition.type === 'integer';
  return (
    <Input
      {...control}
      type={definition.secret ? 'password' : 'text'}
      inputMode={isNumber ? 'decimal' : 'text'}
      autoComplete="off"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A form for the inputs of a workflow, made from their definitions. */
export function InputsForm(props: {
  definitions: Record<string, InputDefinition>;
  values: Record<string, RawInput>;
  problems: Record<string, InputProblem>;
  onChange: (values: Record<string, RawInput>) => void;
}) {
  const { t } = useTranslation('workflows');
  return (
    <div className="space-y-4">
      {Object.entries(props.definitions).map(([name, definition]) => {
        const own = <T,>(all: Record<string, T>) =>
          Object.hasOwn(all, name) ? all[name] : undefined;
        const problem = own(props.problems);
        return (
          <Field
            key={name}
            label={<span className="font-mono">{name}</span>}
            help={definition.description}
            required={isRequired(definition) && definition.type !== 'boolean'}
            error={problem && t(`inputs.${problem}`)}
          >
            {(control) => (
              <Control
                control={control}
                definition={definition}
                value={own(props.values) ?? initialValue(definition)}
                onChange={(value) => props.onChange({ ...props.values, [name]: value })}
              />
            )}
          </Field>
        );
      })}
    </div>
  );
}

import { SquareFunction } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { textSaid } from '#renderer/i18n/said.ts';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { useFormScope } from './FormScope.ts';
import { type Control, controlOf, isExpression, labelOf, resolve, type Schema } from './schema.ts';
import type { ValueProps } from './ValueProps.ts';
import { AnyControl } from './AnyControl.tsx';
import { ChoiceControl } from './ChoiceControl.tsx';
import { EnumControl } from './EnumControl.tsx';
import { ListControl } from './ListControl.tsx';
import { MapControl } from './MapControl.tsx';
import { TextControl } from './TextControl.tsx';

function Known(props: ValueProps & { control: Control }): ReactNode {
  const { root } = useFormScope();
  const { control } = props;
  switch (control.kind) {
    case 'text':
      return <TextControl {...props} editor={control.editor} />;
    case 'number':
      return <TextControl {...props} editor="plain" />;
    case 'boolean': {
      const on = props.value ?? resolve(props.schema, root).default ?? false;
      return (
        <div className="flex h-8 items-center">
          <Switch
            {...(props.id ? { id: props.id } : {})}
            label={props.label}
            checked={on === true}
            onChange={(value) => props.onChange(value)}
          />
        </div>
      );
    }
    case 'enum':
      return <EnumControl {...props} options={control.options} />;
    case 'list':
      return <ListControl {...props} item={control.item} Value={ValueControl} />;
    case 'map':
      return <MapControl {...props} item={control.value} Value={ValueControl} />;
    case 'object':
      return <ObjectForm {...props} schema={control.schema} nested />;
    case 'choice':
      return <ChoiceControl {...props} options={control.options} Value={ValueControl} />;
    default:
      return <AnyControl {...props} />;
  }
}

/** Whether a switch would show less than what the file says. */
function isOther(control: Control, value: Json | undefined): boolean {
  return control.kind === 'boolean' && ['string', 'number'].includes(typeof value);
}

/** The control of one value. Whatever its type, an expression may stand in its place. */
export function ValueControl(props: ValueProps): ReactNode {
  const { root } = useFormScope();
  const control = controlOf(props.schema, root);
  const takesText = control.kind === 'text' || control.kind === 'number' || control.kind === 'any';
  if (!takesText && (isExpression(props.value) || isOther(control, props.value)))
    return <TextControl {...props} editor="plain" />;
  return <Known {...props} control={control} />;
}

function Row(props: {
  name: string;
  schema: Schema;
  required: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  const { t } = useTranslation('editor');
  const { root } = useFormScope();
  const id = useId();
  const schema = resolve(props.schema, root);
  const control = controlOf(props.schema, root);
  const label = textSaid(labelOf(props.name, schema));
  const fx = !['text', 'number', 'any', 'object'].includes(control.kind);
  const active = isExpression(props.value);
  const helpId = `${id}-help`;
  return (
    <div data-testid={`field-${props.name}`} className="space-y-1">
      <div className="flex items-center gap-1">
        <label htmlFor={id} className="flex-1 text-sm font-medium">
          {label}
          {props.required && (
            <span className="ml-0.5 text-danger" aria-hidden>
              *
            </span>
          )}
        </label>
        {fx && (
          <IconButton
            size="icon-sm"
            label={active ? t('form.plain', { label }) : t('form.expression', { label })}
            aria-pressed={active}
            className={cn('size-6', active && 'text-accent')}
            onClick={() => props.onChange(active ? undefined : '${{  }}')}
          >
            <SquareFunction />
          </IconButton>
        )}
      </div>
      <ValueControl
        schema={props.schema}
        value={props.value}
        onChange={props.onChange}
        label={label}
        id={id}
        {...(schema.description ? { describedBy: helpId } : {})}
      />
      {schema.description && (
        <p id={helpId} className="text-xs text-pretty text-muted">
          {textSaid(schema.description)}
        </p>
      )}
    </div>
  );
}

/** A form for an object: what it requires and what is set first, the rest on demand. */
export function ObjectForm(props: ValueProps & { nested?: boolean }) {
  const { t } = useTranslation('editor');
  const { root } = useFormScope();
  const [all, setAll] = useState(false);
  const value =
    typeof props.value === 'object' && props.value !== null && !Array.isArray(props.value)
      ? props.value
      : {};
  const schema = resolve(props.schema, root);
  const entries = Object.entries(schema.properties ?? {});
  const required = new Set(schema.required ?? []);
  const anyRequired = required.size > 0;
  // Decided once: a field that moved up with its first letter would lose the cursor.
  const [early] = useState(
    () =>
      new Set(
        entries.flatMap(([name], index) =>
          required.has(name) || Object.hasOwn(value, name) || (!anyRequired && index < 3)
            ? [name]
            : [],
        ),
      ),
  );
  const first = entries.filter(([name]) => early.has(name));
  const late = entries.filter(([name]) => !early.has(name));
  const rest = late.filter(([name]) => !Object.hasOwn(value, name));
  const unknown = Object.keys(value).filter(
    (name) => !Object.hasOwn(schema.properties ?? {}, name),
  );
  const put = (name: string, next: Json | undefined) => {
    const copy = { ...value };
    if (next === undefined) delete copy[name];
    else copy[name] = next;
    props.onChange(copy);
  };
  const row = ([name, each]: [string, Schema]) => (
    <Row
      key={name}
      name={name}
      schema={each}
      required={required.has(name)}
      value={value[name]}
      onChange={(next) => put(name, next)}
    />
  );
  return (
    <div className={cn('space-y-4', props.nested && 'border-l-2 border-border pl-3')}>
      {[
        ...first,
        ...unknown.map((name): [string, Schema] => [name, {}]),
        ...(all ? late : late.filter((entry) => !rest.includes(entry))),
      ].map(row)}
      {rest.length > 0 && (
        <Button size="sm" variant="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('form.less') : t('form.more', { count: rest.length })}
        </Button>
      )}
    </div>
  );
}

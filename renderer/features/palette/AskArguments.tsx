import { useMutation } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationEntry, OperationField } from '#renderer/client/operations.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { toastDone } from '#renderer/ui/toast.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { argumentValue } from './argumentValue.ts';
import { inputClasses, itemClasses } from './paletteClasses.ts';
import { useSuggestions } from './useSuggestions.ts';
import { Prose } from '#renderer/ui/Prose.tsx';

const choices = (field: OperationField) =>
  field.options ?? (field.type === 'boolean' ? ['true', 'false'] : undefined);

// `dedupe_key` as words: “Dedupe key”.
const labelOf = (name: string) =>
  (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ');

/** Asks for an operation's required arguments one after the other, then calls it. */
export function AskArguments(props: {
  operation: OperationEntry;
  onBack: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('palette');
  const { operation } = props;
  const asked = operation.fields.filter((field) => field.required);
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [text, setText] = useState('');
  const field = asked[Object.keys(values).length];
  const call = useMutation({
    mutationFn: operation.call,
    meta: { quiet: true },
    onSuccess: () => {
      toastDone(t('done', { title: operation.title }));
      props.onDone();
    },
  });
  const suggestions = useSuggestions(operation.name, field?.name);
  const options = field ? (choices(field)?.map((id) => ({ id, label: id })) ?? suggestions) : [];
  const placeholder = (asked: OperationField) =>
    asked.name === 'id' ? t('which') : textSaid(labelOf(asked.name));
  const give = (typed: string) => {
    if (!field) return;
    const value = argumentValue(field, typed);
    if (value === undefined) return;
    const next = { ...values, [field.name]: value };
    setValues(next);
    setText('');
    if (Object.keys(next).length === asked.length) call.mutate(next);
  };
  const shape = call.error && toErrorShape(call.error);
  return (
    <Command label={operation.title} className="flex min-h-0 flex-col">
      <div className="flex items-center gap-1 border-b border-border pl-2">
        <button
          type="button"
          aria-label={t('back')}
          onClick={props.onBack}
          className="flex size-7 items-center justify-center rounded-control text-muted hover:bg-surface-3"
        >
          <ChevronLeft className="size-4" aria-hidden />
        </button>
        <span className="rounded bg-surface-3 px-1.5 text-xs whitespace-nowrap text-muted">
          {operation.title}
        </span>
        <Command.Input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the palette opens to be typed into
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={field ? placeholder(field) : ''}
          className={inputClasses}
          onKeyDown={(event) => {
            if (event.key === 'Backspace' && text === '') props.onBack();
          }}
        />
      </div>
      {shape && (
        <p role="alert" className="border-b border-border px-4 py-2 text-sm text-danger">
          <Prose text={`${shape.message} ${shape.hint ?? ''}`} />
        </p>
      )}
      {field?.description && (
        <p className="px-4 pt-2 text-xs text-muted">{textSaid(field.description)}</p>
      )}
      <Command.List className="max-h-80 min-h-12 overflow-y-auto p-1.5">
        {options.map((option) => (
          <Command.Item
            key={option.id}
            value={`${option.label} ${option.id}`}
            onSelect={() => give(option.id)}
            className={itemClasses}
          >
            {option.label}
          </Command.Item>
        ))}
        {text !== '' && field && !choices(field) && (
          <Command.Item
            forceMount
            value={`use:${text}`}
            keywords={[text]}
            onSelect={() => give(text)}
            className={itemClasses}
          >
            {t('use', { value: text })}
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}

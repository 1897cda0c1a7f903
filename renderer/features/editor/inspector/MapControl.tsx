import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import type { Schema } from './schema.ts';
import type { ValueControlOf, ValueProps } from './ValueProps.ts';

/** A map whose keys the person chooses: a name and a control per entry. */
export function MapControl(props: ValueProps & { item: Schema; Value: ValueControlOf }) {
  const { t } = useTranslation('editor');
  const map =
    typeof props.value === 'object' && props.value !== null && !Array.isArray(props.value)
      ? props.value
      : {};
  const entries = Object.entries(map);
  const put = (next: [string, Json][]) =>
    props.onChange(next.length === 0 ? undefined : Object.fromEntries(next));
  const fresh = () => {
    let number = entries.length + 1;
    while (`name_${number}` in map) number += 1;
    return `name_${number}`;
  };
  return (
    <div className="space-y-1.5">
      {entries.map(([key, item], index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the key is what is edited
        <div key={index} className="flex items-start gap-1">
          <Input
            // A field that keeps its own text would keep the name of a row that is gone.
            key={key}
            aria-label={t('form.key', { label: props.label, number: index + 1 })}
            defaultValue={key}
            className="w-2/5 shrink-0 font-mono text-xs"
            onKeyDown={(event) => {
              // Leaving the field takes the name, so Enter leaves it.
              if (event.key === 'Enter') event.currentTarget.blur();
            }}
            onBlur={(event) => {
              const name = event.target.value.trim();
              if (name !== '' && name !== key && !Object.hasOwn(map, name)) {
                put(entries.map((entry, at) => (at === index ? [name, entry[1]] : entry)));
              } else event.target.value = key;
            }}
          />
          <div className="min-w-0 flex-1">
            <props.Value
              schema={props.item}
              value={item}
              label={`${props.label}: ${key}`}
              onChange={(value) =>
                put(entries.map((entry, at) => (at === index ? [key, value ?? ''] : entry)))
              }
            />
          </div>
          <IconButton
            label={t('form.removeKey', { key })}
            onClick={() => put(entries.filter((_entry, at) => at !== index))}
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <Button size="sm" icon={<Plus />} onClick={() => put([...entries, [fresh(), '']])}>
        {t('form.addKey')}
      </Button>
    </div>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { useFormScope } from './FormScope.ts';
import type { Schema } from './schema.ts';
import type { ValueControlOf, ValueProps } from './ValueProps.ts';
import { starting } from './starting.ts';

/** A list: one control per item, each of which can go. One value where a list was meant is a list of one. */
export function ListControl(props: ValueProps & { item: Schema; Value: ValueControlOf }) {
  const { t } = useTranslation('editor');
  const { root } = useFormScope();
  const items = Array.isArray(props.value)
    ? props.value
    : props.value === undefined
      ? []
      : [props.value];
  const put = (next: Json[]) => props.onChange(next.length === 0 ? undefined : next);
  return (
    <div className="space-y-1.5">
      {items.map((item, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- items have no identity of their own
        <div key={index} className="flex items-start gap-1">
          <div className="min-w-0 flex-1">
            <props.Value
              schema={props.item}
              value={item}
              label={`${props.label} ${index + 1}`}
              onChange={(value) =>
                put(items.map((old, at) => (at === index ? (value ?? '') : old)))
              }
            />
          </div>
          <IconButton
            label={t('form.removeItem', { label: props.label, number: index + 1 })}
            onClick={() => put(items.filter((_old, at) => at !== index))}
          >
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <Button size="sm" icon={<Plus />} onClick={() => put([...items, starting(props.item, root)])}>
        {t('form.addItem')}
      </Button>
    </div>
  );
}

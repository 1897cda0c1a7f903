import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface TabItem<V extends string = string> {
  value: V;
  label: ReactNode;
  content: ReactNode;
}

/** Sibling views, one shown at a time. */
export function Tabs<V extends string>(props: {
  value: V;
  onChange: (value: V) => void;
  items: readonly TabItem<V>[];
  label: string;
  className?: string;
  /** Right of the tab row. */
  aside?: ReactNode;
}) {
  return (
    <Radix.Root
      value={props.value}
      onValueChange={(value) => props.onChange(value as V)}
      className={cn('flex min-h-0 flex-col', props.className)}
    >
      <div className="flex shrink-0 items-center gap-2 border-b border-border px-3">
        <Radix.List
          aria-label={props.label}
          className="flex gap-1 overflow-x-auto overflow-y-hidden"
        >
          {props.items.map((item) => (
            <Radix.Trigger
              key={item.value}
              value={item.value}
              className="-mb-px border-b-2 border-transparent px-2 py-1.5 text-sm whitespace-nowrap text-muted transition-colors hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {item.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        <div className="ml-auto flex items-center gap-1">{props.aside}</div>
      </div>
      {props.items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="min-h-0 flex-1">
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { fieldClasses } from './Input.tsx';

export interface SelectOption<V extends string = string> {
  value: V;
  label: ReactNode;
}

/** A choice of one among a few. */
export function Select<V extends string>(props: {
  value: V | undefined;
  onChange: (value: V) => void;
  options: readonly SelectOption<V>[];
  label?: string;
  placeholder?: string;
  id?: string;
  className?: string;
  disabled?: boolean;
}) {
  return (
    <Radix.Root
      value={props.value ?? ''}
      onValueChange={(value) => props.onChange(value as V)}
      disabled={props.disabled ?? false}
    >
      <Radix.Trigger
        id={props.id}
        aria-label={props.label}
        className={cn(
          fieldClasses,
          'inline-flex h-8 items-center justify-between gap-2 text-left data-[placeholder]:text-muted',
          props.className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={props.placeholder} />
        </span>
        <ChevronDown className="size-4 shrink-0 text-muted" aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-60 max-h-80 min-w-(--radix-select-trigger-width) animate-pop overflow-hidden rounded-card border border-border bg-surface-2 p-1 shadow-pop"
        >
          <Radix.Viewport>
            {props.options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="flex cursor-default items-center gap-2 rounded-control py-1 pr-2 pl-7 text-sm outline-none data-[highlighted]:bg-surface-3"
              >
                <Radix.ItemIndicator className="absolute left-2.5">
                  <Check className="size-4 text-accent" aria-hidden />
                </Radix.ItemIndicator>
                <Radix.ItemText>{option.label}</Radix.ItemText>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

import { ChevronDown } from 'lucide-react';
import { cn } from './cn.ts';
import { fieldClasses } from './Input.tsx';

export interface SelectOption<V extends string = string> {
  value: V;
  label: string;
}

/**
 * A choice of one among a few. The platform's own control: radix's writes its style as HTML, which
 * Trusted Types refuse. Where Chromium can style the list (`appearance: base-select`), app.css does.
 */
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
  const known = props.options.some((option) => option.value === props.value);
  return (
    <span className={cn('relative block', props.className)}>
      <select
        id={props.id}
        aria-label={props.label}
        disabled={props.disabled}
        value={known ? props.value : ''}
        onChange={(event) => props.onChange(event.target.value as V)}
        className={cn(fieldClasses, 'select h-8 truncate pr-8', !known && 'text-muted')}
      >
        {!known && (
          <option value="" disabled>
            {props.placeholder ?? ''}
          </option>
        )}
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-2 right-2.5 size-4 text-muted"
        aria-hidden
      />
    </span>
  );
}

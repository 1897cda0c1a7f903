import type { InputHTMLAttributes, ReactNode, Ref, TextareaHTMLAttributes } from 'react';
import { cn } from './cn.ts';

export const fieldClasses =
  'w-full rounded-control border border-border-strong/80 bg-surface-2 px-2.5 text-sm text-text transition-colors placeholder:text-muted hover:border-border-strong focus-visible:border-accent focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger';

/** One line of text. */
export function Input({
  className,
  icon,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { icon?: ReactNode; ref?: Ref<HTMLInputElement> }) {
  if (!icon) return <input {...rest} className={cn(fieldClasses, 'h-8', className)} />;
  return (
    <span className={cn('relative block', className)}>
      <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted [&_svg]:size-4">
        {icon}
      </span>
      <input {...rest} className={cn(fieldClasses, 'h-8 pl-8')} />
    </span>
  );
}

/** Several lines of text. */
export function Textarea({
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea {...rest} className={cn(fieldClasses, 'min-h-20 py-1.5', className)} />;
}

import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

/** A titled group on a page. */
export function Card(props: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Leaves out the inner padding, for lists that reach the edge. */
  flush?: boolean;
}) {
  const heading = useId();
  return (
    <section
      aria-labelledby={props.title ? heading : undefined}
      className={cn(
        'min-w-0 overflow-hidden rounded-card border border-border bg-surface-2',
        props.className,
      )}
    >
      {props.title && (
        <header className="flex min-h-10 items-center gap-2 border-b border-border px-4 py-1.5">
          <h2 id={heading} className="min-w-0 flex-1 truncate text-sm font-semibold">
            {props.title}
          </h2>
          {props.aside}
        </header>
      )}
      <div className={props.flush ? '' : 'p-4'}>{props.children}</div>
    </section>
  );
}

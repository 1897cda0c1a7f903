import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { cn } from '#renderer/ui/cn.ts';

/** A part of the inspector that opens. `set` marks one that holds something. */
export function Section(props: {
  title: string;
  set?: boolean;
  open?: boolean;
  children: ReactNode;
  testId?: string;
}) {
  const [open, setOpen] = useState(props.open ?? false);
  return (
    <section className="border-t border-border" data-testid={props.testId}>
      <h3>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-1.5 px-3 py-2 text-left text-sm font-medium hover:bg-surface-3"
        >
          <ChevronRight
            className={cn('size-4 text-muted transition-transform', open && 'rotate-90')}
            aria-hidden
          />
          <span className="flex-1">{props.title}</span>
          {props.set && <span className="size-1.5 rounded-full bg-accent" aria-hidden />}
        </button>
      </h3>
      {open && <div className="space-y-4 px-3 pt-1 pb-4">{props.children}</div>}
    </section>
  );
}

import type { ReactNode } from 'react';

/** The title of a page, one line about it, and its main actions. */
export function PageHeader(props: { title: ReactNode; text?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-6 pt-5 pb-3 max-narrow:px-4 max-narrow:pt-4">
      {/* The actions go below it before they squeeze it to nothing. */}
      <div className="min-w-0 flex-[1_1_16rem] max-narrow:basis-full">
        <h1 className="truncate text-xl font-semibold tracking-tight">{props.title}</h1>
        {props.text && <p className="text-sm text-muted">{props.text}</p>}
      </div>
      {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
    </header>
  );
}

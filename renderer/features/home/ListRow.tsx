import type { ReactNode } from 'react';

/** One thing in a card on Home: icon, two lines, what to do about it. */
export function ListRow(props: {
  icon: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <li className="relative flex items-start gap-3 px-4 py-2.5 transition-colors hover:bg-surface-3/50">
      <span className="mt-0.5 shrink-0 [&_svg]:size-4">{props.icon}</span>
      <div className="min-w-0 flex-1">
        <div className="truncate text-sm font-medium">{props.title}</div>
        {props.text && <div className="min-w-0 text-xs text-muted">{props.text}</div>}
      </div>
      {props.aside && (
        <div className="relative z-1 flex shrink-0 items-center gap-2 text-xs text-muted">
          {props.aside}
        </div>
      )}
    </li>
  );
}

/** What a card says when there is nothing in it. */
export function QuietLine({ children }: { children: ReactNode }) {
  return <p className="px-4 py-4 text-sm text-muted">{children}</p>;
}

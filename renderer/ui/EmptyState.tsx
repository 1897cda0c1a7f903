import type { ReactNode } from 'react';

/** Nothing here yet: one sentence that teaches, one primary action, perhaps an example. */
export function EmptyState(props: {
  icon?: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
}) {
  return (
    <div
      className={`flex flex-col items-center justify-center gap-2 px-6 text-center ${props.compact ? 'py-6' : 'py-16'}`}
    >
      {props.icon && (
        <span className="mb-1 flex size-11 items-center justify-center rounded-full bg-surface-3 text-muted [&_svg]:size-5">
          {props.icon}
        </span>
      )}
      <p className="font-medium">{props.title}</p>
      {props.text && <p className="max-w-md text-sm text-pretty text-muted">{props.text}</p>}
      {props.action && (
        <div className="mt-3 flex flex-wrap justify-center gap-2">{props.action}</div>
      )}
    </div>
  );
}

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { cn } from './cn.ts';

const PAGE = 100;

// Terminal codes and their like stay escaped, so that they are seen.
// oxlint-disable-next-line no-control-regex -- finding them is the purpose
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f]/;

function Scalar({ value }: { value: Json }) {
  if (value === null) return <span className="text-muted">null</span>;
  if (typeof value === 'string' && value.includes('\n') && !unseen.test(value)) {
    return (
      <span className="block border-l-2 border-border pl-2 break-words whitespace-pre-wrap text-(--ansi-green)">
        {value}
      </span>
    );
  }
  if (typeof value === 'string') {
    return (
      <span className="break-words whitespace-pre-wrap text-(--ansi-green)">
        {JSON.stringify(value)}
      </span>
    );
  }
  return (
    <span className={typeof value === 'number' ? 'text-(--ansi-blue)' : 'text-(--ansi-magenta)'}>
      {JSON.stringify(value)}
    </span>
  );
}

function Node(props: { name?: string; value: Json; depth: number; open: number }): ReactNode {
  const { t } = useTranslation('ui');
  const [open, setOpen] = useState(props.depth < props.open);
  const [shown, setShown] = useState(PAGE);
  const { value } = props;
  const label = props.name !== undefined && (
    <span className="text-muted">
      {props.name}
      <span aria-hidden>: </span>
    </span>
  );
  if (value === null || typeof value !== 'object') {
    return (
      <div className="pl-4">
        {label}
        <Scalar value={value} />
      </div>
    );
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(value);
  const summary = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center rounded text-left hover:bg-surface-3"
      >
        <ChevronRight
          className={cn('size-4 text-muted transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        {label}
        <span className="text-muted">{summary}</span>
      </button>
      {open && (
        <div className="ml-2 border-l border-border pl-1">
          {entries.slice(0, shown).map(([name, item]) => (
            <Node key={name} name={name} value={item} depth={props.depth + 1} open={props.open} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="pl-4 text-accent hover:underline"
              onClick={() => setShown(shown + PAGE)}
            >
              {t('json.more', { count: entries.length - shown })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** A JSON value as a tree that opens; long lists come in pages. `open` levels are open at first. */
export function JsonView(props: { value: unknown; open?: number; className?: string }) {
  return (
    <div className={cn('font-mono text-xs leading-5', props.className)}>
      <Node value={(props.value ?? null) as Json} depth={0} open={props.open ?? 2} />
    </div>
  );
}

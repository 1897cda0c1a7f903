import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from './cn.ts';
import { copyText } from './copyText.ts';
import { toastError } from './toast.ts';

/** Shortens an id to what tells it apart: `run_01HZX3…9K2F` becomes `9K2F…` with its kind. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 4)}…${id.slice(-6)}`;
}

/** An id in short, which copies itself in full when pressed. */
export function CopyId(props: { id: string; className?: string; full?: boolean }) {
  const { t } = useTranslation('ui');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const Mark = copied ? Check : Copy;
  return (
    <button
      type="button"
      title={props.id}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        copyText(props.id).then(() => setCopied(true), toastError);
      }}
      className={cn(
        'group inline-flex items-center gap-1 rounded px-0.5 font-mono text-xs text-muted hover:text-text',
        props.className,
      )}
    >
      <span className="sr-only">{t('copyId')} </span>
      {props.full ? props.id : shortId(props.id)}
      <Mark
        className={cn('size-3', copied ? 'text-ok' : 'opacity-0 group-hover:opacity-100')}
        aria-hidden
      />
    </button>
  );
}

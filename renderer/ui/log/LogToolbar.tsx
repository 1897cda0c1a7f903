import { ChevronDown, ChevronUp, Copy, Download, Search, WrapText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../saveFile.ts';
import { copyText } from '../copyText.ts';
import { toastDone, toastError } from '../toast.ts';
import { IconButton } from '../IconButton.tsx';
import { Input } from '../Input.tsx';
import { stripAnsi } from './ansi.ts';
import type { LogEntry } from './LogView.tsx';

const plain = (lines: readonly LogEntry[]) =>
  lines.map((line) => `${stripAnsi(line.text)}\n`).join('');

/** Search, wrap, copy and download above a log. */
export function LogToolbar(props: {
  lines: readonly LogEntry[];
  fileName: string;
  needle: string;
  onNeedle: (needle: string) => void;
  hits: number;
  hit: number;
  onJump: (hit: number) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
}) {
  const { t } = useTranslation('ui');
  return (
    <div className="flex shrink-0 items-center gap-1 border-b border-border bg-surface-2 px-2 py-1">
      <Input
        icon={<Search />}
        aria-label={t('log.search')}
        placeholder={t('log.search')}
        value={props.needle}
        className="max-w-64 min-w-0 flex-1"
        onChange={(event) => props.onNeedle(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onJump(props.hit + (event.shiftKey ? -1 : 1));
        }}
      />
      {props.needle && (
        <>
          <span className="tabular px-1 text-xs whitespace-nowrap text-muted" aria-live="polite">
            {t('log.hits', { hit: props.hits === 0 ? 0 : props.hit + 1, count: props.hits })}
          </span>
          <IconButton
            label={t('log.previousHit')}
            size="icon-sm"
            onClick={() => props.onJump(props.hit - 1)}
          >
            <ChevronUp />
          </IconButton>
          <IconButton
            label={t('log.nextHit')}
            size="icon-sm"
            onClick={() => props.onJump(props.hit + 1)}
          >
            <ChevronDown />
          </IconButton>
        </>
      )}
      <span className="flex-1" />
      <IconButton
        label={t('log.wrap')}
        size="icon-sm"
        aria-pressed={props.wrap}
        className={props.wrap ? 'text-accent' : ''}
        onClick={() => props.onWrap(!props.wrap)}
      >
        <WrapText />
      </IconButton>
      <IconButton
        label={t('log.copy')}
        size="icon-sm"
        disabled={props.lines.length === 0}
        onClick={() => {
          copyText(plain(props.lines)).then(
            () => toastDone(t('log.copied', { count: props.lines.length })),
            toastError,
          );
        }}
      >
        <Copy />
      </IconButton>
      <IconButton
        label={t('log.download')}
        size="icon-sm"
        disabled={props.lines.length === 0}
        onClick={() => saveFile(props.fileName, plain(props.lines))}
      >
        <Download />
      </IconButton>
    </div>
  );
}

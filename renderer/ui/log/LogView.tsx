import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../Button.tsx';
import { cn } from '../cn.ts';
import { LogLine } from './LogLine.tsx';
import { LogToolbar } from './LogToolbar.tsx';
import { searchLines } from './logSearch.ts';

export interface LogEntry {
  /** Identity within the log, e.g. its sequence number. */
  key: number | string;
  /** One line, colours included. */
  text: string;
  tone?: 'error' | 'warn' | 'system';
  /** Before the text, not copied: a step's name or a time. */
  prefix?: string;
}

export interface LogViewProps {
  lines: readonly LogEntry[];
  label: string;
  /** File name for the download. */
  fileName: string;
  /** More may come: offers to follow. */
  live?: boolean;
  empty?: ReactNode;
  className?: string;
}

const LINE = 20;
const NEAR_END = 24;

/**
 * Output of any length: draws only what is seen, colours as data, follows the end until the reader
 * scrolls up, searches, wraps, copies without line numbers, and downloads.
 */
export function LogView(props: LogViewProps) {
  const { t } = useTranslation('ui');
  const { lines } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(props.live ?? false);
  const [wrap, setWrap] = useState(false);
  const [needle, setNeedle] = useState('');
  const [hit, setHit] = useState(0);
  const hits = useMemo(() => searchLines(lines, needle), [lines, needle]);
  const current = hits.length > 0 ? hits[hit % hits.length] : undefined;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 30,
    initialRect: { width: 800, height: 600 },
    getItemKey: (index) => lines[index]?.key ?? index,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines.length, virtual]);
  // What is searched for comes into sight while it is typed; lines that come later move nothing.
  const first = needle === '' ? undefined : hits[0];
  const sought = useRef('');
  useEffect(() => {
    if (sought.current === needle) return;
    sought.current = needle;
    if (first === undefined) return;
    setFollow(false);
    virtual.scrollToIndex(first, { align: 'center' });
  }, [needle, first, virtual]);
  const jump = (next: number) => {
    if (hits.length === 0) return;
    const wanted = (next + hits.length) % hits.length;
    setHit(wanted);
    setFollow(false);
    virtual.scrollToIndex(hits[wanted] ?? 0, { align: 'center' });
  };
  return (
    <div className={cn('flex h-full min-h-0 flex-col', props.className)}>
      <LogToolbar
        lines={lines}
        fileName={props.fileName}
        needle={needle}
        onNeedle={(text) => {
          setNeedle(text);
          setHit(0);
        }}
        hits={hits.length}
        hit={hit}
        onJump={jump}
        wrap={wrap}
        onWrap={setWrap}
      />
      <div className="relative min-h-0 flex-1">
        <div
          ref={scroller}
          role="log"
          aria-label={props.label}
          aria-live="off"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- must scroll by keyboard
          tabIndex={0}
          onScroll={(event) => {
            const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
            const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
            if (props.live && atEnd !== follow) setFollow(atEnd);
          }}
          className="h-full overflow-auto bg-surface-1 py-1 font-mono text-xs leading-5 focus-visible:outline-offset-[-2px]"
        >
          {lines.length === 0 ? (
            <div className="px-4 py-3 font-sans text-sm text-muted">
              {props.empty ?? t('log.empty')}
            </div>
          ) : (
            <div
              className="relative min-w-max"
              style={{ height: virtual.getTotalSize(), ...(wrap ? { minWidth: 0 } : {}) }}
            >
              {virtual.getVirtualItems().map((item) => {
                const entry = lines[item.index];
                if (!entry) return null;
                return (
                  <div
                    key={item.key}
                    data-index={item.index}
                    ref={wrap ? virtual.measureElement : undefined}
                    className="absolute top-0 left-0 min-w-full"
                    style={{
                      transform: `translateY(${item.start}px)`,
                      ...(wrap ? { width: '100%' } : {}),
                    }}
                  >
                    <LogLine
                      entry={entry}
                      number={item.index + 1}
                      wrap={wrap}
                      needle={needle}
                      current={current === item.index}
                    />
                  </div>
                );
              })}
            </div>
          )}
        </div>
        {props.live && !follow && lines.length > 0 && (
          <Button
            size="sm"
            icon={<ArrowDownToLine />}
            className="absolute right-4 bottom-3 shadow-pop"
            onClick={() => setFollow(true)}
          >
            {t('log.latest')}
          </Button>
        )}
      </div>
    </div>
  );
}

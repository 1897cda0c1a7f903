import { memo } from 'react';
import { cn } from '../cn.ts';
import { parseAnsi } from './ansi.ts';
import { splitHits } from './logSearch.ts';
import type { LogEntry } from './LogView.tsx';

/** One line of a log. The number is drawn by CSS, so that copying leaves it out. */
export const LogLine = memo(function LogLine(props: {
  entry: LogEntry;
  number: number;
  wrap: boolean;
  needle: string;
  current: boolean;
}) {
  const { entry } = props;
  return (
    <div
      className={cn(
        'flex min-h-5 pr-3',
        entry.tone === 'error' && 'bg-danger/8',
        entry.tone === 'warn' && 'bg-warn/8',
        entry.tone === 'system' && 'text-muted italic',
        props.current && 'bg-accent/18',
      )}
    >
      <span
        aria-hidden
        data-number={props.number}
        className="tabular w-14 shrink-0 pr-3 text-right text-muted/80 select-none before:content-[attr(data-number)]"
      />
      {entry.prefix && <span className="shrink-0 pr-3 text-muted select-none">{entry.prefix}</span>}
      <span className={props.wrap ? 'min-w-0 break-all whitespace-pre-wrap' : 'whitespace-pre'}>
        {parseAnsi(entry.text).map((span, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- spans of a fixed line
          <span
            key={index}
            className={span.className}
            style={span.rgb ? { color: `rgb(${span.rgb})` } : undefined}
          >
            {splitHits(span.text, props.needle).map((piece, at) =>
              at % 2 === 1 ? (
                // oxlint-disable-next-line react/no-array-index-key -- pieces of a fixed line
                <mark key={at} className="rounded-sm bg-warn/40 text-text">
                  {piece}
                </mark>
              ) : (
                piece
              ),
            )}
          </span>
        ))}
        {'\n'}
      </span>
    </div>
  );
});

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { hunks, lineDiff } from './lineDiff.ts';

const looks = { same: '', left: 'bg-danger/10', right: 'bg-ok/12' };
const signs = { same: ' ', left: '−', right: '+' };

/** Two texts as what was taken out and what came in. */
export function DiffView(props: { left: string; right: string }) {
  const { t } = useTranslation('editor');
  const lines = useMemo(() => hunks(lineDiff(props.left, props.right)), [props.left, props.right]);
  return (
    <pre
      data-testid="diff"
      className="max-h-[46vh] overflow-auto rounded-control border border-border bg-surface-1 py-1 font-mono text-xs leading-5"
    >
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of a fixed text
        <div key={index} className={cn('px-3', line ? looks[line.kind] : 'text-muted')}>
          {line ? (
            <>
              <span className="mr-2 text-muted select-none">{signs[line.kind]}</span>
              {line.text || ' '}
            </>
          ) : (
            t('diff.skipped')
          )}
        </div>
      ))}
    </pre>
  );
}

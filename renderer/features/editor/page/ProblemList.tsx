import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDocument, useEditor } from '../store/context.ts';
import { said } from '#renderer/i18n/said.ts';
import { Prose } from '#renderer/ui/Prose.tsx';

function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let seen = 1; seen < line; seen += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return Math.min(at + column - 1, text.length);
}

/** All problems of the text; each leads to its place. */
export function ProblemList() {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const problems = useEditor((state) => state.problems);
  if (problems.length === 0) return null;
  return (
    <ul
      aria-label={t('problems.label')}
      data-testid="problems"
      className="max-h-40 shrink-0 divide-y divide-border overflow-y-auto border-t border-border bg-surface-2"
    >
      {problems.map((one, index) => {
        const problem = said(one);
        const Icon = problem.severity === 'warning' ? TriangleAlert : CircleAlert;
        const step = document.state.graph.steps.find(
          (each) =>
            (each.list === problem.path?.[0] && each.index === problem.path[1]) ||
            each.id === problem.step,
        );
        return (
          // oxlint-disable-next-line react/no-array-index-key -- problems have no identity of their own
          <li key={index}>
            <button
              type="button"
              className="flex w-full items-start gap-2 px-3 py-1.5 text-left text-sm hover:bg-surface-3"
              onClick={() => {
                const { line, column } = problem;
                document.select(
                  step ? [step.id] : [],
                  'list',
                  line === undefined ? undefined : offsetOf(document.text, line, column ?? 1),
                );
              }}
            >
              <Icon
                className={
                  problem.severity === 'warning'
                    ? 'mt-0.5 size-4 shrink-0 text-warn'
                    : 'mt-0.5 size-4 shrink-0 text-danger'
                }
                aria-hidden
              />
              <span className="min-w-0 flex-1">
                <Prose text={problem.message} />
                {problem.hint && (
                  <span className="text-muted">
                    {' '}
                    <Prose text={problem.hint} />
                  </span>
                )}
              </span>
              {problem.line !== undefined && (
                <span className="shrink-0 font-mono text-xs text-muted">
                  {problem.line}:{problem.column ?? 1}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

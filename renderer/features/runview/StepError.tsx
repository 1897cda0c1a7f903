import { CircleX } from 'lucide-react';
import type { ErrorShape } from '#contract/errors.ts';

/** What went wrong in a step, and below it what to do. */
export function StepError({ error }: { error: ErrorShape }) {
  return (
    <div
      role="alert"
      data-testid="step-error"
      className="rounded-control border border-danger/35 bg-danger/8 p-3 text-sm"
    >
      <p className="flex gap-2">
        <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
        <span className="min-w-0 break-words whitespace-pre-wrap">{error.message}</span>
      </p>
      {error.hint && <p className="mt-1 pl-6 text-muted">{error.hint}</p>}
      <p className="mt-1 pl-6 font-mono text-2xs text-muted">{error.code}</p>
    </div>
  );
}

import { type RunStatus, runStatus, type RunSummary } from '#contract/runs.ts';
import type { FilterTerm } from '#renderer/ui/filter/filterQuery.ts';

/** What a run shows to the typed filter. */
export function runFields(run: RunSummary) {
  return {
    status: run.status,
    workflow: run.workflow,
    trigger: run.trigger.kind,
    by: run.trigger.by,
    step: run.at_step,
    error: run.error && [run.error.code, run.error.message],
    id: run.id,
  };
}

/** The part of a filter that the platform can answer itself, so that fewer pages are loaded. */
export function serverFilter(terms: readonly FilterTerm[]): {
  status?: RunStatus[];
  workflow?: string | undefined;
} {
  const plain = (field: string) => {
    const term = terms.find((one) => one.field === field && !one.negate);
    return term?.values.some((value) => value.includes('*')) ? undefined : term?.values;
  };
  const status = plain('status')?.map((value) => runStatus.safeParse(value.toLowerCase()).data);
  const workflow = plain('workflow');
  return {
    // An unknown status matches nothing; then the platform must not be asked for less.
    ...(status?.every((value) => value !== undefined) ? { status } : {}),
    // Filters do not tell large letters from small ones; names of workflows have small ones only.
    ...(workflow?.length === 1 ? { workflow: workflow[0]?.toLowerCase() } : {}),
  };
}

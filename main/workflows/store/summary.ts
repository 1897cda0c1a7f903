import type { Problem } from '#contract/errors.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { WorkflowDetail, WorkflowSummary } from '#contract/workflows.ts';
import type { WorkflowFile } from './folder.ts';

const TRIGGERS = ['manual', 'schedule', 'webhook', 'workflow_completed', 'alert'] as const;

/** What is known of a workflow besides its file. */
export interface Surroundings {
  enabled: boolean;
  lastRun: RunSummary | undefined;
  /** Epoch milliseconds. */
  nextAt: number | undefined;
  /** What is wrong with it among the others, though not in its file. */
  problems?: Problem[];
}

/** A workflow as lists show it. Where the file is not valid, steps and triggers are those of its last valid version. */
export function summaryOf(
  file: WorkflowFile,
  { enabled, lastRun, nextAt, problems = [] }: Surroundings,
): WorkflowSummary {
  const definition = file.parsed.definition ?? file.compiled?.definition;
  return {
    name: file.name,
    ...(definition?.description === undefined ? {} : { description: definition.description }),
    tags: definition?.tags ?? [],
    file: file.file,
    modified_at: new Date(file.modifiedAt).toISOString(),
    valid: file.parsed.valid,
    problems: [...file.parsed.problems, ...problems],
    steps: definition?.steps.length ?? 0,
    triggers: TRIGGERS.filter((kind) => definition?.on?.[kind] !== undefined),
    enabled,
    ...(lastRun ? { last_run: lastRun } : {}),
    ...(nextAt === undefined ? {} : { next_at: new Date(nextAt).toISOString() }),
  };
}

/** {@link summaryOf} with the text. */
export function detailOf(file: WorkflowFile, around: Surroundings): WorkflowDetail {
  const { definition } = file.parsed;
  return {
    ...summaryOf(file, around),
    source: file.source,
    hash: file.hash,
    ...(definition ? { definition } : {}),
  };
}

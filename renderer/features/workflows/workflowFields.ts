import type { WorkflowSummary } from '#contract/workflows.ts';

/** What a workflow shows to the typed filter. */
export function workflowFields(one: WorkflowSummary) {
  return {
    name: one.name,
    description: one.description,
    tag: one.tags,
    trigger: one.triggers,
    status: one.last_run?.status ?? 'never',
    is: [one.valid ? 'valid' : 'invalid', one.enabled ? 'active' : 'inactive'],
  };
}

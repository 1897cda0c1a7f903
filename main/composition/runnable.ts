import type { Problem } from '#contract/errors.ts';
import { NexusError } from '#main/base/errors.ts';
import type { CompiledWorkflow } from '#main/workflows/language/index.ts';
import type { WorkflowStore } from '#main/workflows/store/index.ts';

/**
 * The workflow as its file is now, for people who start it. What starts by itself (a schedule, a
 * webhook) uses the last valid version instead: see {@link WorkflowStore.compiled}.
 *
 * @throws NexusError `workflow.not_found`, `workflow.invalid`
 */
export function runnableOf(store: WorkflowStore, name: string): CompiledWorkflow {
  const { parsed } = store.file(name);
  if (parsed.compiled) return parsed.compiled;
  throw invalidWorkflow(name, parsed.problems);
}

/** The last valid version. @throws NexusError `workflow.not_found`, `workflow.invalid` */
export function scheduledOf(store: WorkflowStore, name: string): CompiledWorkflow {
  return store.compiled(name) ?? runnableOf(store, name);
}

/** The error for a workflow that cannot run, with everything that is wrong with it. */
export function invalidWorkflow(name: string, problems: Problem[]): NexusError {
  const errors = problems.filter((problem) => problem.severity !== 'warning').length;
  return new NexusError({
    code: 'workflow.invalid',
    message: `The workflow ${name} has ${errors === 1 ? 'a problem' : `${errors} problems`} and cannot run.`,
    hint: `See what is wrong: nexus workflow validate`,
    details: { problems },
  });
}

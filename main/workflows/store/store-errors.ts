import { NexusError } from '#main/base/errors.ts';
import type { WorkflowFile } from './folder.ts';

/** The error of a name that no file has. */
export function notFound(name: string): NexusError {
  return new NexusError({
    code: 'workflow.not_found',
    message: `There is no workflow ${name.slice(0, 100)}.`,
    hint: 'nexus workflow list shows those that there are.',
  });
}

/** The error of a name that is taken. */
export function exists(name: string): NexusError {
  return new NexusError({
    code: 'workflow.exists',
    message: `There is a workflow ${name} already.`,
    hint: 'Choose another name, or open the one that is there.',
  });
}

/** The error of an edit that began with another text than the file has now. */
export function changed(name: string, current: WorkflowFile | undefined): NexusError {
  return new NexusError({
    code: 'workflow.changed',
    message: current
      ? `The file of ${name} has changed since this edit began.`
      : `The file of ${name} is gone.`,
    hint: current
      ? 'Load it again and make the edit there, or save under another name.'
      : 'Save it as a new workflow.',
    details: current ? { hash: current.hash } : {},
  });
}

/** The workflow files and their versions. */
import { WorkflowStore, type WorkflowStoreOptions } from './store.ts';

export { workflowMigrations } from './migrations.ts';
export {
  type OperationsOptions,
  workflowOperations,
  type WorkflowOperations,
} from './operations.ts';
export type { Lookups, WorkflowStore, WorkflowStoreEvents, WorkflowStoreOptions } from './store.ts';
export type { WorkflowFile } from './folder.ts';

/** A store over one folder; call `open()` before use and `close()` in the end. */
export function createWorkflowStore(options: WorkflowStoreOptions): WorkflowStore {
  return new WorkflowStore(options);
}

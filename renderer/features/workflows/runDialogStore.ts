import { create } from 'zustand';

interface RunDialogState {
  workflow: string | null;
  /** Text to run instead of the saved file: an unsaved edit. */
  source: string | undefined;
}

/** Which workflow the run dialog asks inputs for. */
export const useRunDialog = create<RunDialogState>(() => ({ workflow: null, source: undefined }));

/** Runs a workflow: at once when it takes no inputs, else after its form was filled. */
export function runWorkflow(workflow: string, source?: string): void {
  useRunDialog.setState({ workflow, source });
}

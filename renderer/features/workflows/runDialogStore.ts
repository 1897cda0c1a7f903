import { create } from 'zustand';

interface RunDialogState {
  workflow: string | null;
  /** Text to run instead of the saved file: an unsaved edit. */
  source: string | undefined;
  /** Runs at once when every input has a default. */
  takeDefaults: boolean;
}

/** Which workflow the run dialog asks inputs for. */
export const useRunDialog = create<RunDialogState>(() => ({
  workflow: null,
  source: undefined,
  takeDefaults: false,
}));

/** Runs a workflow: at once when it takes no inputs, else after its form was filled. */
export function runWorkflow(workflow: string, source?: string): void {
  useRunDialog.setState({ workflow, source, takeDefaults: false });
}

/** Runs a workflow at once, with the defaults of its inputs; only one without a default asks. */
export function runWithDefaults(workflow: string): void {
  useRunDialog.setState({ workflow, source: undefined, takeDefaults: true });
}

let current = { failed: false, cancelled: false };

/** Says which needs `success()` and its like look at; evaluation is synchronous and never nests. */
export function bindScope(needs: { failed: boolean; cancelled: boolean }): void {
  current = needs;
}

/** The functions that look at the steps which the step at hand needs. */
export const statusFunctions = [
  {
    signature: 'success(): bool',
    description: 'True when no needed step failed and nothing was cancelled.',
    call: () => !current.failed && !current.cancelled,
  },
  {
    signature: 'failure(): bool',
    description: 'True when a needed step failed.',
    call: () => current.failed,
  },
  {
    signature: 'always(): bool',
    description: 'True: the step runs whatever became of the steps it needs.',
    call: () => true,
  },
  {
    signature: 'cancelled(): bool',
    description: 'True when the run is being cancelled.',
    call: () => current.cancelled,
  },
];

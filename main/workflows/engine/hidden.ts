import type { Json } from '#contract/common.ts';
import { MASK } from '#main/base/redact.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import type { StepRecord } from './records.ts';

/**
 * Says in the step's log that what it put out holds asterisks in place of a secret. Whoever reads it
 * (a later step, a run from here, a retry) gets those: without a word it would log in with them.
 */
export function tellHidden(core: Core, run: LiveRun, record: StepRecord): void {
  const { step, index, attempts } = record;
  void core.book.append(run.record.id, step, index, attempts, 'system', [SAID], core.now());
}

const SAID = `A secret in what this step put out is kept as ${MASK}, and steps that read it get just that. A step that needs the secret names it itself: \${{ secrets.NAME }}.`;

/** Whether a value that is already redacted has asterisks in it. */
export function holdsMask(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.includes(MASK);
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, item]) => key.includes(MASK) || holdsMask(item));
}

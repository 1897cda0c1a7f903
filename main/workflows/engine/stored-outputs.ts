import type { Json } from '#contract/common.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import { readSpilled } from './outputs.ts';
import type { StepRecord } from './records.ts';

/** What a record put out, read from its file where it is large. */
export function outputsOf(core: Core, run: LiveRun, record: StepRecord): Json {
  if (record.outputsFile !== null)
    return readSpilled(core.options.outputs, run.record.id, record.outputsFile);
  return record.outputs === null ? null : (JSON.parse(record.outputs) as Json);
}

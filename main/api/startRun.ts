import type { Json } from '#contract/common.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { Call } from './call.ts';
import type { In } from './handlerTypes.ts';
import type { Services } from './services.ts';

/**
 * Starts a run as `runs.start` asks for it. Outputs given by name stand in for their steps in any run;
 * with `from_step`, those of `from_run` stand in for what comes before it, where no name says otherwise.
 */
export async function startRun(
  { engine, workflows }: Services,
  input: In<'runs', 'start'>,
  { caller }: Call,
): Promise<RunSummary> {
  const from = input.from_step === undefined ? undefined : input.from_run;
  const pinned: Record<string, Json> = from === undefined ? {} : engine.outputs(from);
  const { run } = await engine.start({
    workflow: await workflows.compiled(input.name, input.source),
    inputs: input.inputs,
    trigger: { kind: caller.face === 'rest' ? 'api' : 'manual', by: caller.name },
    dedupeKey: input.dedupe_key,
    fromStep: input.from_step,
    pinned: { ...pinned, ...input.pinned },
    parent: input.from_run,
  });
  return run;
}

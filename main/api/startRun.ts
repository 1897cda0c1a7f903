import type { Json } from '#contract/common.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { Call } from './call.ts';
import type { In } from './handlerTypes.ts';
import type { Services } from './services.ts';

/** Starts a run as `runs.start` asks for it: outputs of `from_run` are pinned, those given by name win. */
export async function startRun(
  { engine, workflows }: Services,
  input: In<'runs', 'start'>,
  { caller }: Call,
): Promise<RunSummary> {
  const pinned: Record<string, Json> = {};
  if (input.from_run !== undefined) {
    for (const step of engine.get(input.from_run).steps)
      if (step.outputs !== undefined) pinned[step.id] = step.outputs;
  }
  const { run } = await engine.start({
    workflow: await workflows.compiled(input.name, input.source),
    inputs: input.inputs,
    trigger: { kind: caller.face === 'rest' ? 'api' : 'manual', by: caller.name },
    dedupeKey: input.dedupe_key,
    fromStep: input.from_step,
    pinned: input.from_step === undefined ? undefined : { ...pinned, ...input.pinned },
    parent: input.from_run,
  });
  return run;
}

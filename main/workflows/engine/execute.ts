import { toNexusError, type NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { StepContext, StepOutcome } from '../kinds/kind.ts';
import { Context } from './context.ts';
import type { Core } from './core.ts';
import type { Execution, Launch, LiveRun } from './live-run.ts';
import type { StepRecord } from './records.ts';
import { STOPPING } from './stopping.ts';

/** What an execution came to. */
export type Executed =
  | { outcome: StepOutcome }
  /** `cancelled`: it was stopped because the run is. */
  | { error: NexusError; cancelled: boolean };

/** Takes in an execution's end; called once. */
export type Concluded = (
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  what: Executed,
) => void;

const STOP_GRACE_MS = 10_000;

/** Begins the effect of a step whose started row is committed; its place is given back at the end. */
export function launch(core: Core, run: LiveRun, what: Launch, concluded: Concluded): void {
  const step = run.stage.graph.steps[what.at]!;
  const context = new Context(core, run, what.record, what.env);
  const begin = () => {
    failpoint('engine.effect.before');
    return step.kind.execute(what.input, context satisfies StepContext);
  };
  follow(core, run, what.at, what.record, context, begin, (...end) => {
    core.slots.release();
    if (end[4] !== undefined) concluded(end[0], end[1], end[2], end[3], end[4]);
  });
}

/**
 * Follows one execution to its end and hands on what it came to, exactly once: an execution that
 * was told to stop and does not within the grace is given up, and its later end no longer counts.
 * Hands on nothing when the end must not be journaled (the process closes; the run is gone).
 */
export function follow(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  context: Context,
  begin: () => StepOutcome | Promise<StepOutcome>,
  concluded: (
    core: Core,
    run: LiveRun,
    at: number,
    record: StepRecord,
    what: Executed | undefined,
  ) => void,
): void {
  const { controller } = context;
  const execution: Execution = {
    at,
    record,
    controller,
    abandoned: false,
    cancelGrace: undefined,
  };
  run.executing.set(record, execution);
  const finish = (result: Executed | undefined) => {
    if (execution.abandoned) return;
    execution.abandoned = true;
    execution.cancelGrace?.();
    run.executing.delete(record);
    run.busy -= 1;
    context.endLog();
    failpoint('engine.effect.after');
    concluded(core, run, at, record, core.halted || run.discarded ? undefined : result);
  };
  controller.signal.addEventListener('abort', () => {
    const grace = setTimeout(
      () => finish(stopped(controller.signal)),
      core.options.stopGraceMs ?? STOP_GRACE_MS,
    );
    execution.cancelGrace = () => clearTimeout(grace);
  });
  // In a promise of its own, so that what it throws at once is an end like any other.
  new Promise<StepOutcome>((resolve) => resolve(begin()))
    .then(
      (outcome) =>
        finish(
          controller.signal.aborted && outcome.type !== 'done'
            ? stopped(controller.signal)
            : { outcome },
        ),
      (error: unknown) =>
        finish(
          controller.signal.aborted
            ? stopped(controller.signal)
            : { error: toNexusError(error), cancelled: false },
        ),
    )
    .catch((error: unknown) => core.log.error('A step’s end could not be applied.', { error }));
}

// A step that was stopped because the process closes stays `running` in the journal: whoever takes
// the run over decides by its effects what that means.
function stopped(signal: AbortSignal): Executed | undefined {
  const error = toNexusError(signal.reason);
  if (error.code === STOPPING) return undefined;
  return { error, cancelled: error.code !== 'step.timeout' };
}

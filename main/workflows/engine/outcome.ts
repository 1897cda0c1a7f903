import type { Json } from '#contract/common.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { StepOutcome } from '../kinds/kind.ts';
import { calledOutputs, createChild } from './children.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import type { StepRecord } from './records.ts';
import { block, end, fail, halting, park, succeed, unpark } from './steps.ts';

/** Writes what a step came to into its record: ended, or parked until something wakes it. */
export function applyOutcome(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  outcome: StepOutcome,
): void {
  failpoint('engine.outcome.applied');
  if (halting(run) && outcome.type !== 'done' && outcome.type !== 'respond')
    return end(core, run, at, record, 'cancelled', null);
  const now = core.now();
  switch (outcome.type) {
    case 'done':
      return succeed(core, run, at, record, outcome.outputs);
    case 'respond':
      run.responses.push(
        core.options.redactJson(outcome as unknown as Json) as unknown as typeof outcome,
      );
      return succeed(core, run, at, record, outcome.outputs);
    case 'blocked':
      return block(core, run, at, record, outcome.error, false);
    case 'wait_until': {
      const outputs = core.options.redactJson(outcome.outputs);
      if (outcome.at <= now) return succeed(core, run, at, record, outputs);
      return park(run, record, { type: 'until', outputs }, outcome.at);
    }
    case 'wait_event':
    case 'approval':
      return park(
        run,
        record,
        core.options.redactJson(outcome as unknown as Json) as unknown as typeof outcome,
        outcome.timeoutAt ?? null,
      );
    case 'subworkflow':
      return callWorkflow(core, run, at, record, outcome);
  }
}

function callWorkflow(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  outcome: Extract<StepOutcome, { type: 'subworkflow' }>,
): void {
  let child: LiveRun;
  try {
    child = createChild(core, run, record, outcome);
  } catch (error) {
    return fail(core, run, at, record, toNexusError(error));
  }
  if (outcome.wait) park(run, record, { type: 'child', run: child.record.id }, null);
  else {
    succeed(core, run, at, record, calledOutputs(child.record.id, child.record.status, null));
  }
  core.batch.add(child);
  if (child.record.status === 'running') core.advance(child);
}

/** Goes on with a parked step whose time has come. @returns whether an attempt is to begin. */
export function due(core: Core, run: LiveRun, at: number, record: StepRecord): boolean {
  const wait = record.wait;
  failpoint('engine.wake.applied');
  if (wait === null || (record.deadlineAt !== null && record.deadlineAt <= core.now())) {
    unpark(run, record);
    fail(core, run, at, record, timedOut(record.step));
    return false;
  }
  switch (wait.type) {
    case 'retry':
      unpark(run, record);
      return true;
    case 'until':
      succeed(core, run, at, record, wait.outputs);
      return false;
    case 'wait_event':
      if (wait.onTimeout === 'continue')
        succeed(core, run, at, record, { data: null, timed_out: true });
      else fail(core, run, at, record, eventTimedOut(record.step, wait.name));
      return false;
    case 'approval':
      if (wait.defaultChoice === undefined)
        fail(core, run, at, record, approvalTimedOut(record.step));
      else
        succeed(core, run, at, record, {
          choice: wait.defaultChoice,
          fields: {},
          by: null,
          comment: null,
          timed_out: true,
        });
      return false;
    case 'child':
    case 'blocked':
      return false;
  }
}

/** The error of a step that took longer than its timeout. */
export function timedOut(step: string): NexusError {
  return new NexusError({
    code: 'step.timeout',
    message: `“${step}” took longer than its timeout.`,
    hint: 'Raise the step’s timeout, or see in its log what it waits for.',
    kind: 'operational',
  });
}

function eventTimedOut(step: string, name: string): NexusError {
  return new NexusError({
    code: 'step.event_timeout',
    message: `“${step}” waited for the event “${name}”, which did not come in time.`,
    hint: 'Send the event earlier, or raise the wait’s timeout.',
    kind: 'operational',
    details: { retryable: false },
  });
}

function approvalTimedOut(step: string): NexusError {
  return new NexusError({
    code: 'approval.timed_out',
    message: `Nobody decided “${step}” in time.`,
    hint: 'Run it again and decide sooner, or give the approval a default.',
    kind: 'operational',
    details: { retryable: false },
  });
}

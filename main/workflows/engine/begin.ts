import { isDeepStrictEqual } from 'node:util';
import type { Json } from '#contract/common.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { StepOutcome } from '../kinds/kind.ts';
import type { CompiledStep } from '../language/compiled.ts';
import type { Core } from './core.ts';
import { Code, decide } from './decide.ts';
import { aim, evaluationError, resolveStep } from './evaluate.ts';
import { Context } from './context.ts';
import { follow, type Executed } from './execute.ts';
import type { Items, LiveRun } from './live-run.ts';
import { outputsOf } from './outputs.ts';
import { applyOutcome } from './outcome.ts';
import { stepEnded, type StepRecord } from './records.ts';
import { end, fail, halting, newRecord, block, recordOf, skip, values } from './steps.ts';

/** Looks at one step: begins it, skips it, goes on with its items, or leaves it alone. */
export function visit(core: Core, run: LiveRun, at: number): void {
  const { stage } = run;
  if (stage.codes[at] === Code.active) {
    const items = stage.items.get(at);
    if (items && !stepEnded(recordOf(run, at).status)) pump(core, run, at, items);
    return;
  }
  const decision = halting(run) ? 'not_yet' : decide(stage.graph, stage.codes, at);
  if (decision === 'not_yet') return;
  if (decision === 'skip') return skip(core, run, at);
  const step = stage.graph.steps[at]!;
  const record = recordOf(run, at);
  stage.codes[at] = Code.active;
  if (step.condition) {
    try {
      if (!step.condition.evaluate(aim(run, at, undefined))) return skip(core, run, at);
    } catch (error) {
      return unevaluated(core, run, at, record, error, true);
    }
  }
  if (step.foreach) expand(core, run, at, record, step.foreach);
  else begin(core, run, at, record);
}

function expand(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  foreach: NonNullable<CompiledStep['foreach']>,
): void {
  record.startedAt = core.now();
  record.attempts = 1;
  let list: Json[];
  try {
    list = foreach.evaluate(aim(run, at, undefined));
    if (!Array.isArray(list)) throw notAList(record.step);
  } catch (error) {
    return unevaluated(core, run, at, record, error, true);
  }
  // What the items see is what the journal holds, so that a restart changes nothing.
  list = core.options.redactJson(list) as Json[];
  record.status = 'running';
  record.inputs = JSON.stringify(list);
  run.dirty.add(record);
  const carried = run.stage.items.get(at)?.records ?? [];
  const items: Items = { list, records: [], next: 0, active: 0, failed: undefined };
  run.stage.items.set(at, items);
  carried.forEach((item) => {
    if (!item) return;
    const { element } = item;
    if (element !== undefined && !isDeepStrictEqual(element, list[item.index])) return;
    if (item.index >= list.length) return;
    items.records[item.index] = item;
    values(items)[item.index] = outputsOf(core, run, item);
  });
  run.agenda.push(at);
}

function notAList(step: string): NexusError {
  return new NexusError({
    code: 'step.foreach_invalid',
    message: `The foreach of “${step}” is not a list.`,
    hint: 'Give it an expression whose value is a list.',
  });
}

/** Begins items up to the step's bound, and ends the step with its last item. */
function pump(core: Core, run: LiveRun, at: number, items: Items): void {
  const step = run.stage.graph.steps[at]!;
  const total = items.list.length;
  while (
    items.next < total &&
    items.active < step.maxParallel &&
    !items.failed &&
    !halting(run) &&
    !overBudget(run)
  ) {
    const index = items.next++;
    if (items.records[index]) continue;
    const record = newRecord(step.id, index);
    items.records[index] = record;
    items.active += 1;
    begin(core, run, at, record);
  }
  if (items.active > 0) return;
  if (items.next < total && !items.failed && !halting(run)) {
    // Out of time for this turn: the rest follows after a commit.
    run.agenda.push(at);
    return;
  }
  endItems(core, run, at, items);
}

function endItems(core: Core, run: LiveRun, at: number, items: Items): void {
  const record = recordOf(run, at);
  const list = values(items);
  if (items.list.length === 0) record.outputs = '[]';
  const broken = items.failed ?? items.records.find((item) => item?.status === 'failed');
  if (halting(run)) return end(core, run, at, record, 'cancelled', list);
  if (!broken) return end(core, run, at, record, 'succeeded', list);
  record.error = {
    ...broken.error!,
    message: `Item ${broken.index}: ${broken.error!.message}`,
  };
  end(core, run, at, record, 'failed', list);
}

/** Begins an attempt of a step or an item. */
export function begin(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  const step = run.stage.graph.steps[at]!;
  run.stage.codes[at] = Code.active;
  if (step.effects === 'pure') return runPure(core, run, at, record);
  if (core.slots.take()) return start(core, run, at, record);
  run.busy += 1;
  // Whatever it was before (parked for a retry, in flight when a process died), now it has yet to begin.
  record.status = 'pending';
  run.dirty.add(record);
  core.slots.wait({ run, at, record });
}

/** Goes on with a step that has been given a place. */
export function granted(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  run.busy -= 1;
  start(core, run, at, record);
  core.advance(run);
}

// The place is taken. The effect begins once the started row is committed.
function start(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  const step = run.stage.graph.steps[at]!;
  const now = attempt(core, record);
  try {
    const { input, env, text } = resolveStep(core, run, at, record);
    record.inputs = text;
    record.status = 'running';
    record.deadlineAt = step.timeoutMs === undefined ? null : now + step.timeoutMs;
    run.dirty.add(record);
    run.busy += 1;
    run.launches.push({ at, record, input, env });
  } catch (error) {
    core.slots.release();
    unevaluated(core, run, at, record, error, false);
  }
}

// An expression failed, or it waits for something (a locked vault): then there was no attempt.
function unevaluated(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  thrown: unknown,
  decide: boolean,
): void {
  block(core, run, at, record, evaluationError(thrown), decide);
}

function attempt(core: Core, record: StepRecord): number {
  const now = core.now();
  record.attempts += 1;
  record.startedAt = now;
  core.counters.attempts += 1;
  return now;
}

// A pure step has no started row: it is journaled once, in its final state.
function runPure(core: Core, run: LiveRun, at: number, record: StepRecord): void {
  const step = run.stage.graph.steps[at]!;
  const now = attempt(core, record);
  if (step.timeoutMs !== undefined) record.deadlineAt = now + step.timeoutMs;
  let outcome: StepOutcome | Promise<StepOutcome>;
  let context: Context | undefined;
  try {
    const resolved = resolveStep(core, run, at, record);
    record.inputs = resolved.text;
    context = new Context(core, run, record, resolved.env);
    outcome = step.kind.execute(resolved.input, context);
  } catch (error) {
    context?.endLog();
    if (context) return fail(core, run, at, record, toNexusError(error));
    return unevaluated(core, run, at, record, error, false);
  }
  if (!(outcome instanceof Promise)) {
    context.endLog();
    return applyOutcome(core, run, at, record, outcome);
  }
  record.status = 'running';
  run.dirty.add(record);
  run.busy += 1;
  const promise = outcome;
  follow(
    core,
    run,
    at,
    record,
    context,
    () => promise,
    (...ended) => {
      if (ended[4] !== undefined) concluded(core, run, at, record, ended[4]);
    },
  );
}

/** Takes in what an execution came to, and goes on. */
export function concluded(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  what: Executed,
) {
  if ('outcome' in what) applyOutcome(core, run, at, record, what.outcome);
  else if (what.cancelled) {
    record.error = what.error.toShape();
    end(core, run, at, record, 'cancelled', null);
  } else fail(core, run, at, record, what.error);
  core.advance(run);
}

const BUDGET_MS = 12;

/** Whether the run has had its share of this turn of the event loop. */
export function overBudget(run: LiveRun): boolean {
  run.spent += 1;
  if (run.spent % 32 !== 0) return run.over;
  if (performance.now() - run.since > BUDGET_MS) run.over = true;
  return run.over;
}

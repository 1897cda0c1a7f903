import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { NexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { newId } from '#main/base/ids.ts';
import { admit, tellEvicted } from './admit.ts';
import { newRun } from './children.ts';
import type { Core } from './core.ts';
import type { Started, StartRequest } from './door.ts';
import { resolveInputs } from './inputs.ts';
import { prepare, putAside, type Aside, type Carried } from './keep.ts';
import type { LiveRun } from './live-run.ts';
import { removeRunFolder } from './outputs.ts';
import type { RunRecord } from './records.ts';
import { summaryOf } from './view.ts';

type Begun = { run: LiveRun; skipped: boolean; evict: string[] } | { earlier: string };

/** Starts a run; resolves once it is committed. @throws NexusError `run.input_invalid`, `run.step_unknown` */
export async function start(
  core: Core,
  request: StartRequest,
  carried?: Carried,
): Promise<Started> {
  const { workflow } = request;
  const inputs = resolveInputs(workflow.inputs, request.inputs);
  if (request.fromStep !== undefined && !workflow.steps.some((s) => s.id === request.fromStep))
    throw stepUnknown(workflow.name, request.fromStep);
  let answer: ((response: Awaited<NonNullable<Started['response']>>) => void) | undefined;
  const response = request.wantResponse
    ? new Promise<Awaited<NonNullable<Started['response']>>>((resolve) => (answer = resolve))
    : undefined;
  const id = carried?.id ?? newId('run', core.now());
  const aside = await putAside(core, request, id);
  const begun = await core.batch
    .operation(() => begin(core, { request, inputs, carried, answer, aside, id }))
    .catch(async (error: unknown) => {
      await forgetAside(core, id, aside);
      throw error;
    });
  if ('earlier' in begun) {
    answer?.(undefined);
    await forgetAside(core, id, aside);
    const run = summaryOf(core.journal.readRun(begun.earlier)!.record);
    return { run, created: false, skipped: false, ...(response ? { response } : {}) };
  }
  tellEvicted(core, begun.evict);
  return {
    run: summaryOf(begun.run.record),
    created: true,
    skipped: begun.skipped,
    ...(response ? { response } : {}),
  };
}

interface Beginning {
  request: StartRequest;
  inputs: Record<string, Json>;
  carried: Carried | undefined;
  answer: LiveRun['responder'];
  aside: Aside;
  id: string;
}

// There is no run: nobody would ever delete its folder.
async function forgetAside(core: Core, id: string, aside: Aside): Promise<void> {
  if (aside.size > 0) await removeRunFolder(core.options.outputs, id).catch(() => undefined);
}

// Inside the transaction: who is first with a key, and whether a group has room, is decided here
// for all processes. The pure steps at the beginning run here too, so that a run of nothing else is
// created, executed and ended in a single commit.
function begin(core: Core, { request, inputs, carried, answer, aside, id }: Beginning): Begun {
  const { workflow } = request;
  const trigger = core.options.redactJson(request.trigger as unknown as Json);
  const record = newRun(core, workflow, inputs, trigger as unknown as TriggerInfo);
  record.id = id;
  if (request.dedupeKey !== undefined) {
    const earlier = claim(core, workflow.name, request.dedupeKey, record.id, record.createdAt);
    if (earlier !== undefined) return { earlier };
  }
  failpoint('engine.start.claimed');
  record.parent = request.parent ?? null;
  if (carried) record.attempt = carried.attempt;
  const run = createOrForget(core, request, record);
  run.responder = answer;
  prepare(core, run, request, carried, aside);
  const evict = record.group === null ? [] : place(core, run);
  if (record.status === 'running') core.advance(run);
  else core.batch.add(run);
  failpoint('engine.start.journaled');
  return { run, skipped: record.error?.code === 'run.skipped', evict };
}

// Written at once, so that the next start of this very transaction counts it.
function place(core: Core, run: LiveRun): string[] {
  const evict = admit(core, run);
  core.options.remember(run.compiled);
  core.journal.insertRun(run.record, core.lease.id);
  run.stored = true;
  run.endWritten = run.ended;
  return evict;
}

// An expression of its concurrency group may fail: then nothing of the start stays.
function createOrForget(core: Core, request: StartRequest, record: RunRecord): LiveRun {
  try {
    return core.create(record, request.workflow);
  } catch (error) {
    if (request.dedupeKey !== undefined)
      core.journal.dropKey(request.workflow.name, request.dedupeKey);
    throw error;
  }
}

// A key whose run has been deleted is free again.
function claim(core: Core, workflow: string, key: string, run: string, at: number) {
  const { earlier } = core.journal.claimKey(workflow, key, run, at);
  if (earlier === undefined) return undefined;
  const known =
    core.journal.readRun(earlier) ?? core.fresh.find((one) => one.record.id === earlier);
  if (known) return earlier;
  core.journal.dropKey(workflow, key);
  core.journal.claimKey(workflow, key, run, at);
  return undefined;
}

function stepUnknown(workflow: string, step: string): NexusError {
  return new NexusError({
    code: 'run.step_unknown',
    message: `${workflow} has no step “${step}”.`,
    hint: 'See the workflow for the ids of its steps.',
  });
}

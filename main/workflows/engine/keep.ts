import type { Json } from '#contract/common.ts';
import { MASK } from '#main/base/redact.ts';
import type { Core } from './core.ts';
import { endCode } from './decide.ts';
import type { StartRequest } from './door.ts';
import { expose } from './evaluate.ts';
import { ancestors, descendants } from './graph.ts';
import { holdsMask, tellHidden } from './hidden.ts';
import type { LiveRun } from './live-run.ts';
import { outputsOf, preview, SPILL_AT, spill } from './outputs.ts';
import { WHOLE, type StepRecord } from './records.ts';
import { newRecord, recordOf, values } from './steps.ts';

/** What a retry adds to a start: the records that it carries over. */
export interface Carried {
  records: StepRecord[];
  attempt: number;
  /** The id under which the carried files have been put in place. */
  id?: string;
}

/** A pinned output that is in a file of the run already. */
interface Large {
  file: string;
  value: Json;
}

/** Large pinned outputs by step. */
export type Aside = Map<string, Large>;

/** Writes pinned outputs that are too large for a row into files of the run that is to be, before it is created. */
export async function putAside(core: Core, request: StartRequest, id: string): Promise<Aside> {
  const aside: Aside = new Map();
  if (!request.pinned) return aside;
  for (const step of request.workflow.steps) {
    const pinned = request.pinned[step.id];
    if (pinned === undefined) continue;
    const value = core.options.redactJson(pinned);
    const text = JSON.stringify(value);
    if (text.length <= SPILL_AT) continue;
    const file = await spill(core.options.outputs, id, step.id, text);
    aside.set(step.id, { file, value });
  }
  return aside;
}

/** Puts in what need not run: steps carried over from another run, and pinned outputs. */
export function prepare(
  core: Core,
  run: LiveRun,
  request: StartRequest,
  carried: Carried | undefined,
  aside: Aside,
): void {
  const { graph } = run.main;
  for (const record of carried?.records ?? []) carry(core, run, record);
  const from = request.fromStep === undefined ? undefined : graph.position.get(request.fromStep);
  const before = from === undefined ? undefined : ancestors(graph, from);
  const after = from === undefined ? undefined : descendants(graph, from);
  for (const [at, step] of graph.steps.entries()) {
    if (at === from || after?.has(at)) continue;
    const value = request.pinned?.[step.id];
    if (value !== undefined || before?.has(at))
      pin(core, run, at, 'succeeded', value ?? null, aside.get(step.id));
    // Neither before nor after the step to start at: another branch, which stays as it was.
    else if (from !== undefined) pin(core, run, at, 'skipped', null);
  }
}

function pin(
  core: Core,
  run: LiveRun,
  at: number,
  status: 'succeeded' | 'skipped',
  value: Json,
  large?: Large,
): void {
  const record = recordOf(run, at);
  const kept = large ? large.value : core.options.redactJson(value);
  if (large) record.outputsFile = large.file;
  if (status === 'succeeded') record.outputs = JSON.stringify(large ? preview(kept) : kept);
  if (holdsMask(kept)) tellHidden(core, run, record);
  settlePinned(core, run, at, record, status, kept);
}

function settlePinned(
  core: Core,
  run: LiveRun,
  at: number,
  record: StepRecord,
  status: StepRecord['status'],
  value: unknown,
): void {
  record.status = status;
  record.pinned = true;
  // What another run did keeps the times at which it did it.
  record.startedAt ??= core.now();
  record.endedAt ??= core.now();
  run.dirty.add(record);
  run.main.codes[at] = endCode(run.main.graph, run.main.codes, at, false);
  run.main.left -= 1;
  run.record.done += 1;
  expose(core, run, record.step, record, value);
  run.agenda.push(...run.main.graph.dependents[at]!);
}

function carry(core: Core, run: LiveRun, from: StepRecord): void {
  const at = run.main.graph.position.get(from.step);
  if (at === undefined) return;
  const record: StepRecord = {
    ...newRecord(from.step, from.index),
    status: from.status,
    attempts: from.attempts,
    startedAt: from.startedAt,
    endedAt: from.endedAt,
    // What has become a secret since then is hidden in the new run.
    inputs: redacted(core, from.inputs),
    outputs: redacted(core, from.outputs),
    outputsFile: from.outputsFile,
    error: core.options.redactJson(from.error as unknown as Json) as unknown as typeof from.error,
    pinned: true,
    ...(from.element === undefined ? {} : { element: from.element }),
  };
  run.dirty.add(record);
  if (record.outputs?.includes(MASK)) tellHidden(core, run, record);
  if (from.index !== WHOLE) {
    let items = run.main.items.get(at);
    if (!items)
      run.main.items.set(
        at,
        (items = { list: [], records: [], next: 0, active: 0, failed: undefined }),
      );
    items.records[from.index] = record;
    return;
  }
  run.main.records[at] = record;
  const items = run.main.items.get(at);
  if (items) {
    items.list = JSON.parse(record.inputs ?? '[]') as Json[];
    items.records.forEach((item, index) => {
      if (item?.status === 'succeeded') values(items)[index] = outputsOf(core, run, item);
    });
  }
  const value = items
    ? values(items)
    : record.outputsFile !== null
      ? undefined
      : (JSON.parse(record.outputs ?? 'null') as Json);
  settlePinned(core, run, at, record, record.status, value);
}

function redacted(core: Core, text: string | null): string | null {
  return text === null ? null : JSON.stringify(core.options.redactJson(JSON.parse(text) as Json));
}

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import type { Json } from '#contract/common.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { CompiledWorkflow } from '../language/compiled.ts';
import type { Core } from './core.ts';
import { runNotFound } from './people.ts';
import { Code } from './decide.ts';
import { topological } from './graph.ts';
import { newStage, restoreStage } from './live-run.ts';
import { removeRunFolder, runFolder } from './outputs.ts';
import { isTerminal, type RunRecord, type StepRecord } from './records.ts';
import { start } from './start.ts';
import { ROLLBACK } from './view.ts';

/**
 * Runs an ended run again as a new run that names it as its parent. `failed` carries over what
 * succeeded; on another version only steps that are the same there, as is everything before them.
 *
 * @throws NexusError `run.not_found`, `run.not_ended`, `run.nothing_failed`, `run.version_missing`
 */
export async function retryRun(
  core: Core,
  id: string,
  options: { from: 'failed' | 'start'; latest?: CompiledWorkflow; by: string },
): Promise<RunSummary> {
  const found = core.journal.readRun(id);
  if (!found) throw runNotFound(id);
  const { record } = found;
  if (!isTerminal(record.status)) throw notEnded(record);
  if (record.status === 'succeeded' && options.from === 'failed' && !options.latest)
    throw nothingFailed(record);
  const old = core.definition(record.hash);
  const compiled = options.latest ?? old;
  if (!compiled) throw versionMissing(record);
  const rows = core.journal.readSteps(id);
  const records = options.from === 'start' ? [] : carriedOver(old, compiled, rows);
  const next = newId('run', core.now());
  await copyFiles(core, id, next, records);
  const started = await start(
    core,
    {
      workflow: compiled,
      inputs: knownInputs(compiled, record),
      trigger: {
        kind: 'retry',
        source: id,
        by: options.by,
        ...(record.trigger.payload === undefined ? {} : { payload: record.trigger.payload }),
      },
      parent: id,
    },
    { records, attempt: record.attempt + 1, id: next },
  ).catch(async (error: unknown) => {
    // There is no run: nobody would ever delete its folder.
    await removeRunFolder(core.options.outputs, next).catch(() => undefined);
    throw error;
  });
  return started.run;
}

// An input that a newer version no longer has is left out; resolving finds the ones that it adds.
function knownInputs(compiled: CompiledWorkflow, record: RunRecord): RunRecord['inputs'] {
  return Object.fromEntries(
    Object.entries(record.inputs).filter(([name]) => Object.hasOwn(compiled.inputs, name)),
  );
}

/**
 * The records that need not be made again. A step is carried over as it ended (succeeded, skipped,
 * or failed where that was handled) when it is the same step, no failure stood before it, and
 * everything that it needs is carried over too: what follows a step that runs again runs again.
 */
function carriedOver(
  old: CompiledWorkflow | undefined,
  compiled: CompiledWorkflow,
  rows: StepRecord[],
): StepRecord[] {
  const undone = new Set(
    rows
      .filter((row) => row.step.startsWith(ROLLBACK) && row.status === 'succeeded')
      .map((row) => row.step.slice(ROLLBACK.length)),
  );
  const stage = newStage('steps', compiled.steps);
  const { graph } = stage;
  restoreStage(stage, rows);
  const kept: StepRecord[] = [];
  const carried = new Set<number>();
  for (const at of topological(graph)) {
    const step = graph.steps[at]!;
    if (!graph.needs[at]!.every((need) => carried.has(need))) continue;
    if (!sameStep(old, compiled, step.id)) continue;
    const own = stage.records[at];
    const all = stage.items.get(at)?.records.filter((item) => item !== undefined) ?? [];
    const items = all.filter(
      (item) => item.status === 'succeeded' && !undone.has(`${step.id}[${item.index}]`),
    );
    const handled = own?.status !== 'cancelled' && stage.codes[at] === Code.clean;
    if (own && handled && !undone.has(step.id) && all.every((item) => !wasUndone(undone, item))) {
      carried.add(at);
      kept.push(...all, own);
    }
    // Of a list that failed, the items that succeeded are not done again.
    else if (step.foreach && own) kept.push(...items.map((item) => elementOf(own, item)));
  }
  return kept;
}

const wasUndone = (undone: Set<string>, item: StepRecord) =>
  undone.has(`${item.step}[${item.index}]`);

// An item's own element goes along, so that it is only taken for the very same one.
function elementOf(own: StepRecord, item: StepRecord): StepRecord {
  const list = JSON.parse(own.inputs ?? '[]') as Json[];
  return { ...item, element: list[item.index] ?? null };
}

function sameStep(old: CompiledWorkflow | undefined, now: CompiledWorkflow, id: string): boolean {
  if (old?.hash === now.hash) return true;
  const find = (one: CompiledWorkflow | undefined) =>
    one?.definition.steps.find((step) => step.id === id);
  const before = find(old);
  const needs = (one: CompiledWorkflow) => one.steps.find((step) => step.id === id)?.needs;
  return (
    old !== undefined &&
    before !== undefined &&
    isDeepStrictEqual(before, find(now)) &&
    isDeepStrictEqual(needs(old), needs(now))
  );
}

// Large outputs belong to the new run too: the old one may be deleted before it.
async function copyFiles(core: Core, from: string, to: string, records: StepRecord[]) {
  const files = records.map((record) => record.outputsFile).filter((file) => file !== null);
  if (files.length === 0) return;
  const { outputs } = core.options;
  await mkdir(runFolder(outputs, to), { recursive: true, mode: 0o700 });
  for (const file of files) {
    const [source, target] = [
      join(runFolder(outputs, from), file),
      join(runFolder(outputs, to), file),
    ];
    const text = await readFile(source, 'utf8');
    if (core.options.redact(text) === text) await copyFile(source, target);
    // It has become a secret since then.
    else await writeFile(target, JSON.stringify(core.options.redactJson(JSON.parse(text) as Json)));
  }
}

function nothingFailed(record: RunRecord): NexusError {
  return new NexusError({
    code: 'run.nothing_failed',
    message: `The run of ${record.workflow} succeeded: there is no failed step to go on from.`,
    hint: 'Run it again from the start, or on the latest version of the workflow.',
    details: { run: record.id },
  });
}

function notEnded(run: RunRecord): NexusError {
  return new NexusError({
    code: 'run.not_ended',
    message: `Run ${run.id} is ${run.status}; only a run that has ended can be retried.`,
    hint: 'Cancel it first, or wait for its end.',
  });
}

function versionMissing(run: RunRecord): NexusError {
  return new NexusError({
    code: 'run.version_missing',
    message: `The version of ${run.workflow} that run ${run.id} used cannot be read any more.`,
    hint: 'Retry it on the latest version.',
  });
}

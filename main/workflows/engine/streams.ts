import type { Json } from '#contract/common.ts';
import type { LogLine, RunDetail, RunEvent, RunSummary } from '#contract/runs.ts';
import type { Core } from './core.ts';
import { runNotFound } from './people.ts';
import { stoppingError } from './stopping.ts';
import { readDetail, readStep, viewContext } from './reading.ts';
import { isTerminal, type RunRecord } from './records.ts';
import { summaryOf } from './view.ts';

function read(core: Core, id: string): RunRecord {
  const found = core.journal.readRun(id);
  if (!found) throw runNotFound(id);
  return found.record;
}

/** The whole run, then what changes, to its end. @throws NexusError `run.not_found` */
export async function* watchRun(
  core: Core,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent> {
  let known: string | undefined;
  for await (const news of core.live.of(id, signal)) {
    const record = read(core, id);
    if (news.all) {
      const run = readDetail(core, id);
      const now = JSON.stringify(run);
      if (now !== known) yield { type: 'run', run };
      known = now;
    } else {
      const context = viewContext(core, record);
      for (const step of news.steps)
        yield { type: 'step', id, step: readStep(core, record, step, context) };
      if (news.status) yield statusEvent(record, core.now());
    }
    if (isTerminal(record.status)) {
      yield { type: 'end', id };
      return;
    }
  }
}

function statusEvent(record: RunRecord, now: number): RunEvent {
  const event: Extract<RunEvent, { type: 'status' }> = {
    type: 'status',
    id: record.id,
    status: record.status,
    at: new Date(record.endedAt ?? now).toISOString(),
  };
  if (record.error !== null) event.error = record.error;
  if (record.outputs !== null) event.outputs = JSON.parse(record.outputs) as Json;
  return event;
}

/** Every change of any run, the latest state of each. */
export async function* watchRuns(core: Core, signal?: AbortSignal): AsyncGenerator<RunSummary> {
  for await (const ids of core.live.runs(signal)) {
    for (const id of ids) {
      const found = core.journal.readRun(id);
      if (found) yield summaryOf(found.record);
    }
  }
}

/** A run's log from position `after` on, page by page; with `follow`, to the run's end. */
export async function* readLog(
  core: Core,
  id: string,
  options: { step?: string; after: number; follow: boolean; signal?: AbortSignal },
): AsyncGenerator<LogLine> {
  read(core, id);
  let { after } = options;
  const pages = function* () {
    for (;;) {
      const { lines, next } = core.book.page(id, options.step, after);
      if (next === after) return;
      after = next;
      yield* lines;
    }
  };
  if (!options.follow) {
    yield* pages();
    return;
  }
  for await (const _ of core.live.of(id, options.signal)) {
    // Read before the log: a run that has ended writes no more.
    const ended = isTerminal(read(core, id).status);
    for (const line of pages()) {
      if (options.signal?.aborted) return;
      yield line;
    }
    if (ended) return;
  }
}

/** Resolves with the detail of a run when it has ended. */
export async function untilEnded(core: Core, id: string, signal?: AbortSignal): Promise<RunDetail> {
  if (!isTerminal(read(core, id).status)) {
    for await (const _ of core.live.of(id, signal)) if (isTerminal(read(core, id).status)) break;
  }
  signal?.throwIfAborted();
  // The stream of news ended before the run did.
  if (!isTerminal(read(core, id).status)) throw stoppingError();
  return readDetail(core, id);
}

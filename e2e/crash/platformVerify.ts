import type { Book } from './platformBook.ts';
import type { RunRow, Snapshot } from './platformSnapshot.ts';
import { effectSteps, expectedStatus } from './platformWorkflows.ts';

export interface Check {
  check: string;
  /** What speaks against it; empty when it holds. */
  against: string[];
}

const payloadOf = (run: RunRow) =>
  ((JSON.parse(run.trigger) as { payload?: unknown }).payload ?? {}) as {
    body?: { id?: string };
    run?: string;
    due_at?: string;
  };

function counted<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Everything that was promised against what the disk holds at the end. */
export function verifyPlatform(
  end: Snapshot,
  book: Book,
  visits: ReadonlyMap<string, number[]>,
): Check[] {
  const runs = [...end.runs.values()];
  return [
    { check: 'no promise was broken on the way', against: book.broken },
    { check: 'the database is whole', against: end.integrity === 'ok' ? [] : [end.integrity] },
    { check: 'every acknowledged start has its one run', against: starts(end, book) },
    {
      check: 'every delivery started one run, however often it was sent',
      against: deliveries(runs, book),
    },
    { check: 'no step that was seen finished is lost or repeated', against: finished(end, book) },
    { check: 'no once effect without its attempt, none lost', against: effects(end, book) },
    {
      check: 'nobody was called again by a step that was seen finished',
      against: calls(book, visits),
    },
    {
      check: 'no run is stuck',
      against: runs
        .filter((run) => run.ended_at === null)
        .map((run) => `${run.id} ${run.workflow} ${run.status}`),
    },
    {
      check: 'every run ended as its workflow must',
      against: runs
        .filter((run) => run.ended_at !== null)
        .filter((run) => !(expectedStatus[run.workflow] ?? ['succeeded']).includes(run.status))
        .map((run) => `${run.id} ${run.workflow} ${run.status}`),
    },
    { check: 'every second of the schedule fired once', against: schedule(end, runs) },
    { check: 'every end is followed by one run of its follower', against: followers(runs) },
  ];
}

function starts(end: Snapshot, book: Book): string[] {
  return [...book.starts].flatMap(([key, run]) => {
    if (!end.runs.has(run)) return [`${key}: ${run} is missing`];
    const kept = end.keys.get(key);
    return kept === run ? [] : [`${key}: acknowledged ${run}, kept ${kept}`];
  });
}

function deliveries(runs: RunRow[], book: Book): string[] {
  const hooks = runs.filter((run) => run.workflow === 'hook');
  const against = [...counted(hooks.map((run) => payloadOf(run).body?.id))].flatMap(([id, n]) =>
    n === 1 ? [] : [`${id}: ${n} runs`],
  );
  for (const [id, run] of book.deliveries) {
    const found = hooks.find((one) => payloadOf(one).body?.id === id);
    if (found?.id !== run) against.push(`${id}: acknowledged ${run}, found ${found?.id}`);
  }
  return against;
}

function finished(end: Snapshot, book: Book): string[] {
  return [...book.finished].flatMap(([key, { what }]) => {
    const step = end.steps.get(key);
    const now = step && `${step.status} after ${step.attempts} at ${step.ended_at}`;
    return now === what ? [] : [`${key}: ${what}, now ${now ?? 'gone'}`];
  });
}

function effects(end: Snapshot, book: Book): string[] {
  const against: string[] = [];
  const times = counted(end.effects);
  for (const [key, n] of times) {
    const allowed = 1 + (book.retries.get(key) ?? 0);
    const attempts = end.steps.get(key)?.attempts ?? 0;
    if (n > Math.min(allowed, attempts))
      against.push(`${key}: ${n} effects, ${attempts} attempts, ${allowed} allowed`);
  }
  for (const [key, step] of end.steps) {
    if (step.status !== 'succeeded' || !effectSteps.has(step.step)) continue;
    // The list of a foreach step has no effect of its own.
    if (step.step === 'each' && step.idx < 0) continue;
    if (!times.has(key)) against.push(`${key}: succeeded without its effect`);
  }
  return against;
}

function calls(book: Book, visits: ReadonlyMap<string, number[]>): string[] {
  return [...visits].flatMap(([key, times]) => {
    const known = book.finished.get(`${key} -1`);
    return known && times.some((at) => at > known.at) ? [`${key} was called again`] : [];
  });
}

function schedule(end: Snapshot, runs: RunRow[]): string[] {
  const against: string[] = [];
  end.firings.forEach((firing, n) => {
    const before = end.firings[n - 1];
    if (before && firing.due_at - before.due_at !== 1000)
      against.push(`${firing.due_at - before.due_at} ms between two occurrences`);
    if (firing.outcome !== 'started' || !end.runs.has(firing.run ?? ''))
      against.push(`the occurrence ${firing.due_at} is ${firing.outcome}, run ${firing.run}`);
  });
  const ticks = runs.filter((run) => run.workflow === 'tick');
  for (const [at, n] of counted(ticks.map((run) => payloadOf(run).due_at)))
    if (n !== 1) against.push(`${n} runs of the occurrence ${at}`);
  if (ticks.length !== end.firings.length || ticks.length === 0)
    against.push(`${ticks.length} runs of ${end.firings.length} occurrences`);
  return against;
}

function followers(runs: RunRow[]): string[] {
  const after = counted(
    runs.filter((run) => run.workflow === 'after-hook').map((run) => payloadOf(run).run),
  );
  return runs
    .filter((run) => run.workflow === 'hook' && run.status === 'succeeded')
    .filter((run) => after.get(run.id) !== 1)
    .map((run) => `${run.id} is followed by ${after.get(run.id) ?? 0}`);
}

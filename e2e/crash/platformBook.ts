import type { Told } from './platformChild.ts';
import type { Snapshot } from './platformSnapshot.ts';

/** What was promised: acknowledged starts, steps that were seen finished, what people decided. */
export class Book {
  /** Acknowledged start by its key: the run. */
  readonly starts = new Map<string, string>();
  /** Acknowledged delivery by its id: the run. */
  readonly deliveries = new Map<string, string>();
  /** Keys and ids that were sent and not acknowledged, with the workflow: to be sent again. */
  readonly unanswered = new Map<string, string>();
  /** Names of workflows whose saving was acknowledged. */
  readonly saved = new Set<string>();
  /** Steps that a process said are finished, by `RUN STEP INDEX`: status, attempts and end; and when it was heard. */
  readonly finished = new Map<string, { what: string; at: number }>();
  /** Retries of interrupted steps that a person asked for, by `RUN STEP INDEX`. */
  readonly retries = new Map<string, number>();
  /** Promises that were broken on the way. */
  readonly broken: string[] = [];
  #last: Snapshot | undefined;
  #ended = new Set<string>();

  /** A worker says that a run changed. */
  told({ run, workflow, status, steps }: Told): void {
    const over = ['succeeded', 'failed', 'cancelled'].includes(status);
    if (over) this.#ended.add(run);
    else if (this.#ended.has(run))
      this.broken.push(`run ${run} of ${workflow} had ended and is ${status} again`);
    for (const step of steps) {
      const what = `${step.status} after ${step.attempts} at ${Date.parse(step.ended)}`;
      const known = this.finished.get(step.key);
      if (!known) this.finished.set(step.key, { what, at: Date.now() });
      else if (known.what !== what)
        this.broken.push(`step ${step.key} was ${known.what} and is now ${what}`);
    }
  }

  /** A worker died: what the disk has now must hold everything that it had before. */
  survived(snapshot: Snapshot): void {
    const last = this.#last;
    this.#last = snapshot;
    if (snapshot.integrity !== 'ok') this.broken.push(`database: ${snapshot.integrity}`);
    for (const [id, run] of last?.runs ?? []) {
      const now = snapshot.runs.get(id);
      if (!now) this.broken.push(`run ${id} is gone`);
      else if (
        run.ended_at !== null &&
        (now.status !== run.status || now.ended_at !== run.ended_at)
      )
        this.broken.push(`run ${id} was ${run.status} and is now ${now.status}`);
    }
    for (const [key, step] of last?.steps ?? []) {
      if (step.ended_at === null) continue;
      const now = snapshot.steps.get(key);
      if (JSON.stringify(now) !== JSON.stringify(step))
        this.broken.push(`step ${key} was ${step.status} and is now ${now?.status ?? 'gone'}`);
    }
  }
}

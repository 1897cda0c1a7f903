/** What is new about a run since a reader last looked. */
interface News {
  steps: Set<string>;
  status: boolean;
  log: boolean;
  /** Everything may have changed (another process drives it). */
  all: boolean;
}

interface Reader {
  news: News;
  wake: (() => void) | undefined;
}

const none = (): News => ({ steps: new Set(), status: false, log: false, all: false });
/** A reader of all runs' changes that falls further behind hears of the latest ones only. */
const MAX_RUNS = 5000;

/**
 * Tells readers that something was committed, never what: they read the journal when they are ready.
 * So a slow reader costs one entry per changed step, whatever happens meanwhile, and always gets the
 * latest state.
 */
export class Live {
  readonly #runs = new Map<string, Set<Reader>>();
  readonly #all = new Set<{ runs: Set<string>; wake: (() => void) | undefined }>();
  #closed = false;

  /** Whether anybody would hear of this run. */
  heard(run: string): boolean {
    return this.#all.size > 0 || this.#runs.has(run);
  }

  /** Runs that are being watched. */
  watched(): string[] {
    return [...this.#runs.keys()];
  }

  /** Announces a commit that touched `steps` and the run's own row. */
  changed(run: string, steps: Iterable<string>): void {
    for (const reader of this.#runs.get(run) ?? []) {
      for (const step of steps) reader.news.steps.add(step);
      reader.news.status = true;
      reader.wake?.();
    }
    for (const reader of this.#all) {
      reader.runs.delete(run);
      reader.runs.add(run);
      if (reader.runs.size > MAX_RUNS) reader.runs.delete(reader.runs.values().next().value!);
      reader.wake?.();
    }
  }

  /** Announces that a run's log grew. */
  logged(run: string): void {
    for (const reader of this.#runs.get(run) ?? []) {
      reader.news.log = true;
      reader.wake?.();
    }
  }

  /** Announces that anything about a run may have changed. */
  stirred(run: string): void {
    for (const reader of this.#runs.get(run) ?? []) {
      reader.news.all = true;
      reader.news.log = true;
      reader.wake?.();
    }
  }

  /** News of one run, until aborted or closed. The first is at once and says that everything is new. */
  async *of(run: string, signal?: AbortSignal): AsyncGenerator<News> {
    const reader: Reader = { news: { ...none(), all: true, log: true }, wake: undefined };
    let readers = this.#runs.get(run);
    if (!readers) this.#runs.set(run, (readers = new Set()));
    readers.add(reader);
    const stop = () => reader.wake?.();
    signal?.addEventListener('abort', stop);
    try {
      while (!signal?.aborted && !this.#closed) {
        const { news } = reader;
        if (news.steps.size > 0 || news.status || news.log || news.all) {
          reader.news = none();
          yield news;
        } else {
          await new Promise<void>((resolve) => (reader.wake = resolve));
          reader.wake = undefined;
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      readers.delete(reader);
      if (readers.size === 0 && this.#runs.get(run) === readers) this.#runs.delete(run);
    }
  }

  /** Ids of runs as they change, from now on. */
  async *runs(signal?: AbortSignal): AsyncGenerator<string[]> {
    const reader = {
      runs: new Set<string>(),
      wake: undefined as (() => void) | undefined,
    };
    this.#all.add(reader);
    const stop = () => reader.wake?.();
    signal?.addEventListener('abort', stop);
    try {
      while (!signal?.aborted && !this.#closed) {
        if (reader.runs.size > 0) {
          const ids = [...reader.runs];
          reader.runs.clear();
          yield ids;
        } else {
          await new Promise<void>((resolve) => (reader.wake = resolve));
          reader.wake = undefined;
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#all.delete(reader);
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const readers of this.#runs.values()) for (const reader of readers) reader.wake?.();
    for (const reader of this.#all) reader.wake?.();
  }
}

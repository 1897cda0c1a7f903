/** Tells watchers which schedules changed. A slow watcher gets the sum of what it missed, never a queue. */
export class Changes {
  readonly #watchers = new Set<{ ids: Set<string>; wake: () => void }>();

  add(ids: Iterable<string>): void {
    const list = [...ids];
    if (list.length === 0) return;
    for (const watcher of this.#watchers) {
      for (const id of list) watcher.ids.add(id);
      watcher.wake();
    }
  }

  /** Hears every change from the call on, until the signal aborts or the reader stops. */
  watch(signal?: AbortSignal): AsyncIterable<{ changed: string[] }> {
    const watcher = { ids: new Set<string>(), wake: () => {} };
    this.#watchers.add(watcher);
    const stop = () => {
      this.#watchers.delete(watcher);
      watcher.wake();
    };
    signal?.addEventListener('abort', stop, { once: true });
    return this.#read(watcher, stop, signal);
  }

  async *#read(
    watcher: { ids: Set<string>; wake: () => void },
    stop: () => void,
    signal?: AbortSignal,
  ): AsyncGenerator<{ changed: string[] }> {
    try {
      while (!signal?.aborted) {
        if (watcher.ids.size === 0) {
          await new Promise<void>((resolve) => {
            watcher.wake = resolve;
          });
          continue;
        }
        const changed = [...watcher.ids];
        watcher.ids.clear();
        yield { changed };
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', stop);
    }
  }
}

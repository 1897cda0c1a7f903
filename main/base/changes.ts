/** Tells whoever watches that something has changed. However much changes while a watcher is busy, it looks once. */
export class Changes {
  readonly #watchers = new Set<() => void>();

  /** Something has changed. */
  tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * What there is now, and again whenever it has changed, until the signal aborts.
   * @param look gives what there is @param pauseMs at least so long between two looks
   */
  async *watch<T>(
    look: () => T,
    signal: AbortSignal,
    pauseMs = 0,
  ): AsyncGenerator<T, void, undefined> {
    let changed = true;
    let wake: (() => void) | undefined;
    const onChange = () => {
      changed = true;
      wake?.();
    };
    this.#watchers.add(onChange);
    signal.addEventListener('abort', onChange, { once: true });
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield look();
          if (pauseMs > 0) await pause(pauseMs, signal);
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(onChange);
      signal.removeEventListener('abort', onChange);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

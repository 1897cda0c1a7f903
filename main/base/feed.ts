/** So many items wait for one reader at most. */
const QUEUE = 200;

/** Hands items to any number of readers, each at its own pace and with a bounded queue. */
export class Feed<T> {
  readonly #readers = new Set<{ queue: T[]; wake: () => void }>();

  push(item: T): void {
    for (const reader of this.#readers) {
      reader.queue.push(item);
      if (reader.queue.length > QUEUE) reader.queue.shift();
      reader.wake();
    }
  }

  /** Items pushed from this call on, until the signal aborts or the reader stops. */
  watch(signal?: AbortSignal): AsyncIterable<T> {
    const reader = { queue: [] as T[], wake: () => {} };
    this.#readers.add(reader);
    const stop = () => {
      this.#readers.delete(reader);
      reader.wake();
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    return this.#read(reader, stop, signal);
  }

  async *#read(
    reader: { queue: T[]; wake: () => void },
    stop: () => void,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    try {
      while (!signal?.aborted) {
        const item = reader.queue.shift();
        if (item !== undefined) yield item;
        else
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', stop);
    }
  }
}

import type { LogRecord, LogSink } from './log.ts';

const KEPT = 2000;

/** The platform's last log lines in memory, and whoever reads along. */
export class LogRing {
  readonly #records: LogRecord[] = [];
  readonly #readers = new Set<(record: LogRecord) => void>();

  /** Give this to `createLogger`. */
  readonly sink: LogSink = (record) => {
    this.#records.push(record);
    if (this.#records.length > KEPT) this.#records.splice(0, this.#records.length - KEPT);
    for (const reader of this.#readers) reader(record);
  };

  /** What is held, then what comes, until `signal` is aborted. A reader that lags loses the oldest lines, never memory. */
  async *read(signal: AbortSignal): AsyncGenerator<LogRecord, void, undefined> {
    const waiting = [...this.#records];
    let wake: (() => void) | undefined;
    const reader = (record: LogRecord) => {
      waiting.push(record);
      if (waiting.length > KEPT) waiting.shift();
      wake?.();
    };
    const onAbort = () => wake?.();
    this.#readers.add(reader);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

import { Histogram } from './histogram.ts';

/** How an operation ended, in the words of the audit log. */
export type OperationOutcome = 'allowed' | 'refused' | 'failed';

/** Totals of one operation since the start; the shape of `platform.metrics`. */
export interface OperationSummary {
  calls: number;
  refused: number;
  failed: number;
  ms_total: number;
}

interface Entry extends OperationSummary {
  seconds: Histogram;
}

/** Counts every operation of the table: calls, refusals, failures and how long the answer took. */
export class OperationTelemetry {
  readonly #entries = new Map<string, Entry>();

  /** @param ms from the arrival of the call to its answer (of a stream: to its opening). */
  record(operation: string, outcome: OperationOutcome, ms: number): void {
    let entry = this.#entries.get(operation);
    if (!entry) {
      entry = { calls: 0, refused: 0, failed: 0, ms_total: 0, seconds: new Histogram() };
      this.#entries.set(operation, entry);
    }
    entry.calls += 1;
    if (outcome !== 'allowed') entry[outcome] += 1;
    entry.ms_total += ms;
    entry.seconds.observe(ms / 1000);
  }

  summary(): Record<string, OperationSummary> {
    return Object.fromEntries(
      [...this.#entries].map(([name, { calls, refused, failed, ms_total }]) => [
        name,
        { calls, refused, failed, ms_total },
      ]),
    );
  }

  /** Every operation that was called with its latencies, for the exposition. */
  *latencies(): Iterable<[operation: string, summary: OperationSummary, seconds: Histogram]> {
    for (const [name, entry] of this.#entries) yield [name, entry, entry.seconds];
  }
}

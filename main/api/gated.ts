import type { StreamFrame } from '#contract/stream.ts';
import { sizeOf } from './sizeOf.ts';
import type { StreamGates } from './streamGates.ts';

/** A frame is sent once it holds so much, or {@link BATCH_MS} after the one before it. */
const BATCH_BYTES = 64 * 1024;
const BATCH_MS = 8;

/** What {@link gated} needs of the call. */
export interface GateOptions {
  streams: StreamGates;
  signal: AbortSignal | undefined;
  /** Asked before each frame; throws when the caller may no longer listen. */
  check: () => void;
}

/**
 * Sends what `open` yields as credit-gated frames: an empty first frame that names the stream, then
 * batches. While the window of unacknowledged bytes is full the source is not pulled. An item that
 * comes after a pause goes out at once; a busy source is batched for 8 ms or 64 KiB.
 *
 * The signal that `open` receives is aborted when the reader goes away, gives up, or the stream ends.
 */
export async function* gated<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  options: GateOptions,
): AsyncGenerator<StreamFrame<T>, void, void> {
  const gate = options.streams.start();
  const ended = new AbortController();
  const abort = () => ended.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  let batches: AsyncGenerator<T[], void, void> | undefined;
  try {
    yield { stream: gate.id, bytes: 0, items: [] };
    batches = batched(open(ended.signal), ended.signal);
    for (;;) {
      await gate.open(ended.signal);
      if (ended.signal.aborted) return;
      const next = await batches.next();
      if (next.done) return;
      options.check();
      const bytes = sizeOf(next.value);
      gate.sent(bytes);
      yield { stream: gate.id, bytes, items: next.value };
    }
  } finally {
    options.signal?.removeEventListener('abort', abort);
    ended.abort();
    gate.close();
    await batches?.return();
  }
}

// Collects what the source yields; ends at the abort even while the source is silent.
async function* batched<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T[], void, void> {
  const iterator = source[Symbol.asyncIterator]();
  // One hook for whatever may end a wait early. (A race against one long-lived promise would leave
  // a reaction behind for every item.)
  let interrupt: () => void = () => undefined;
  signal.addEventListener('abort', () => interrupt(), { once: true });
  let pending: Promise<IteratorResult<T>> | undefined;
  const pull = () =>
    new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
      interrupt = () => resolve(undefined);
      if (signal.aborted) interrupt();
      (pending ??= iterator.next()).then(resolve, reject);
    });
  let lastSent = 0;
  try {
    for (;;) {
      const first = await pull();
      pending = undefined;
      if (!first || first.done) return;
      const items = [first.value];
      let bytes = sizeOf(first.value);
      const cancelPause = after(lastSent + BATCH_MS - performance.now(), () => interrupt());
      while (bytes < BATCH_BYTES) {
        // An error stays in `pending` and comes out after what was collected.
        const next = await pull().catch(() => undefined);
        if (!next || next.done) break;
        pending = undefined;
        items.push(next.value);
        bytes += sizeOf(next.value);
      }
      cancelPause();
      lastSent = performance.now();
      yield items;
    }
  } finally {
    // A source that still waits for its next item returns only after that: never wait for it here.
    pending?.catch(() => undefined);
    iterator.return?.()?.catch(() => undefined);
  }
}

// The pause that ends a batch: the next turn of the event loop, or later when frames come often.
function after(ms: number, fire: () => void): () => void {
  if (ms <= 1) {
    const immediate = setImmediate(fire);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}

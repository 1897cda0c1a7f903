import { type ClientLink, createORPCClient, ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { type ErrorShape, errorShape } from './errors.ts';
import type { Contract } from './index.ts';
import { STREAM_ACK_EVERY, type StreamFrame } from './stream.ts';

/** The typed client: every operation of the table, e.g. `client.runs.start({ name })`. */
export type NexusClient = ContractRouterClient<Contract>;

/** Any transport: MessagePort, WebSocket, the local socket, or this process. */
export type NexusLink = ClientLink<Record<never, never>>;

/** An error that a platform answered with, in the one shape of all faces. */
export class RemoteError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly kind: ErrorShape['kind'];
  readonly details: Record<string, unknown> | undefined;

  constructor(shape: ErrorShape) {
    super(shape.message);
    this.name = 'RemoteError';
    this.code = shape.code;
    this.hint = shape.hint;
    this.kind = shape.kind;
    this.details = shape.details;
  }
}

/** The shape of whatever a link threw; what is not one of ours is a broken connection. */
export function remoteErrorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof ORPCError) {
    const shaped = errorShape.safeParse(thrown.data);
    if (shaped.success) return shaped.data;
  }
  return {
    code: 'connection.failed',
    message: `The connection to Nexus failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    hint: 'See whether Nexus is still running, and try again.',
    kind: 'operational',
  };
}

/**
 * The typed client over `link`. What a call or a stream throws is made by `makeError`, so that each
 * side of the product catches its own error type; an abort by the caller passes through.
 */
export function createNexusClient(
  link: NexusLink,
  makeError: (shape: ErrorShape) => Error = (shape) => new RemoteError(shape),
): NexusClient {
  const convert = (thrown: unknown, signal: AbortSignal | undefined) =>
    signal?.aborted ? thrown : makeError(remoteErrorShape(thrown));
  return createORPCClient({
    async call(path, input, options) {
      try {
        const output = await link.call(path, input, options);
        return isIterator(output)
          ? convertErrors(output, (thrown) => convert(thrown, options.signal))
          : output;
      } catch (thrown) {
        throw convert(thrown, options.signal);
      }
    },
  });
}

function isIterator(value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function convertErrors(
  source: AsyncIterator<unknown>,
  convert: (thrown: unknown) => unknown,
): AsyncIterableIterator<unknown> {
  const step = async (action: () => Promise<IteratorResult<unknown>>) => {
    try {
      return await action();
    } catch (thrown) {
      throw convert(thrown);
    }
  };
  return {
    next: () => step(() => source.next()),
    // Not a generator: its return() would wait for a next() that is still pending.
    return: (value) =>
      step(async () => (await source.return?.(value)) ?? { done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * Reads a credit-gated stream item by item and acknowledges what was consumed, every 64 KiB. Ends
 * quietly when `signal` is aborted; leaving the loop ends the stream at the producer too.
 *
 * @param frames what a streaming operation answered, e.g. `client.runs.watch({ id }, { signal })`.
 */
export async function* readStream<T>(
  client: NexusClient,
  frames: PromiseLike<AsyncIterable<StreamFrame<T>>>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, void> {
  let iterator: AsyncIterator<StreamFrame<T>> | undefined;
  let interrupt: () => void = () => undefined;
  const onAbort = () => interrupt();
  signal?.addEventListener('abort', onAbort, { once: true });
  const pull = (from: AsyncIterator<StreamFrame<T>>) =>
    new Promise<IteratorResult<StreamFrame<T>> | undefined>((resolve, reject) => {
      interrupt = () => resolve(undefined);
      if (signal?.aborted) interrupt();
      from.next().then(resolve, reject);
    });
  let consumed = 0;
  let ended = false;
  try {
    iterator = (await frames)[Symbol.asyncIterator]();
    for (;;) {
      const next = await pull(iterator);
      ended = next?.done === true;
      if (!next || next.done) return;
      yield* next.value.items;
      consumed += next.value.bytes;
      // An empty name: this transport has backpressure of its own.
      if (consumed < STREAM_ACK_EVERY || next.value.stream === '') continue;
      await client.streams.ack({ stream: next.value.stream, bytes: consumed });
      consumed = 0;
    }
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!ended) iterator?.return?.()?.catch(() => undefined);
  }
}

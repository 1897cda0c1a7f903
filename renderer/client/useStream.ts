import { useEffect, useRef, useState } from 'react';
import type { StreamFrame } from '#contract/stream.ts';
import { client } from './api.ts';
import { useConnection } from './connectionStore.ts';
import { readStream } from './readStream.ts';

/** `live` while frames may come; `ended` when the producer is done; `failed` with the error. */
export type StreamState =
  | { state: 'opening' | 'live' | 'ended' }
  | { state: 'failed'; error: unknown };

/**
 * Subscribes to a streaming operation while the component is there. It is opened again after a
 * reconnect and whenever `key` changes; `open` must then resume where `onItems` left off.
 *
 * @param open calls the operation, e.g. `(signal) => client.runs.watch({ id }, { signal })`.
 */
export function useStream<T>(
  key: string | null,
  open: (signal: AbortSignal) => Promise<AsyncIterable<StreamFrame<T>>>,
  onItems: (items: T[]) => void,
): StreamState {
  const generation = useConnection((connection) => connection.generation);
  const latest = useRef({ open, onItems });
  useEffect(() => {
    latest.current = { open, onItems };
  });
  const [state, setState] = useState<StreamState>({ state: 'opening' });
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    const read = async () => {
      const frames = await latest.current.open(abort.signal);
      if (abort.signal.aborted) return;
      setState({ state: 'live' });
      const ack = (stream: string, bytes: number) => client.streams.ack({ stream, bytes });
      for await (const items of readStream(frames, ack)) {
        if (abort.signal.aborted) return;
        latest.current.onItems(items);
      }
      setState({ state: 'ended' });
    };
    read().catch((error: unknown) => {
      if (!abort.signal.aborted) setState({ state: 'failed', error });
    });
    return () => abort.abort();
  }, [key, generation]);
  return state;
}

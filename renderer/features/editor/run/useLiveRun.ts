import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, client } from '#renderer/client/api.ts';
import { type StreamState, useStream } from '#renderer/client/useStream.ts';
import { applyEvents, type RunStore, runStore } from '../store/runStore.ts';

/** The store of one run, fed by its stream; undefined: an empty one. */
export function useLiveRun(id: string | undefined): { store: RunStore; stream: StreamState } {
  // A new run is a new store: nothing of the old one may show.
  // oxlint-disable-next-line react/exhaustive-deps
  const store = useMemo(() => runStore(), [id]);
  const stream = useStream(
    id === undefined ? null : `run ${id}`,
    (signal) => client.runs.watch({ id: id ?? '' }, { signal }),
    (events) => applyEvents(store, events),
  );
  return { store, stream };
}

/** The last run of a workflow, for previews and pins: asked once, live once one is started here. */
export function useLastRun(workflow: string): string | undefined {
  const { data } = useQuery(api.runs.list.queryOptions({ input: { workflow, limit: 1 } }));
  return data?.items[0]?.id;
}

/** Shows what the store of a past run holds without a stream. */
export function useRunDetail(id: string | undefined, store: RunStore): void {
  const { data } = useQuery(
    api.runs.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== undefined }),
  );
  useEffect(() => {
    if (data) applyEvents(store, [{ type: 'run', run: data.run }]);
  }, [data, store]);
}

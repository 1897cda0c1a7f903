import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RunSummary } from '#contract/runs.ts';
import { api, client } from './api.ts';
import { useConnection } from './connectionStore.ts';
import { mergeRuns, type RunPages } from './mergeRuns.ts';
import { useStream } from './useStream.ts';

const SETTLE_MS = 250;

/** Calls `run` once, `SETTLE_MS` after the first call of a burst. */
function useSettled(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      run();
    }, SETTLE_MS);
  };
}

/**
 * Keeps the query cache in step with the platform: changes that stream in are put into cached
 * lists, and what depends on them is asked for again, at most four times a second. After a
 * reconnect everything on screen is asked for once.
 */
export function useLiveCache(): void {
  const cache = useQueryClient();
  const generation = useConnection((connection) => connection.generation);
  useEffect(() => {
    if (generation > 1) void cache.invalidateQueries();
  }, [cache, generation]);

  const refreshRunDependents = useSettled(() => {
    for (const key of [
      api.workflows.list.key(),
      api.runs.approvals.key(),
      api.runs.statistics.key(),
      api.schedules.list.key(),
    ]) {
      void cache.invalidateQueries({ queryKey: key });
    }
  });
  const refreshSchedules = useSettled(() => {
    void cache.invalidateQueries({ queryKey: api.schedules.key() });
    void cache.invalidateQueries({ queryKey: api.workflows.list.key() });
  });

  useStream(
    'runs',
    (signal) => client.runs.changes({}, { signal }),
    (changed: RunSummary[]) => {
      cache.setQueriesData<RunPages>(
        { queryKey: api.runs.list.key({ type: 'infinite' }) },
        (pages) => mergeRuns(pages, changed),
      );
      void cache.invalidateQueries({ queryKey: api.runs.list.key({ type: 'query' }) });
      refreshRunDependents();
    },
  );
  useStream(
    'status',
    (signal) => client.platform.watch({}, { signal }),
    (items) => {
      const last = items.at(-1);
      if (last) cache.setQueryData(api.platform.status.queryKey({ input: {} }), last);
    },
  );
  useStream(
    'vault',
    (signal) => client.vault.watch({}, { signal }),
    (items) => {
      const last = items.at(-1);
      if (last) cache.setQueryData(api.vault.status.queryKey({ input: {} }), last);
      void cache.invalidateQueries({ queryKey: api.vault.list.key() });
    },
  );
  useStream('schedules', (signal) => client.schedules.watch({}, { signal }), refreshSchedules);
  useStream(
    'alerts',
    (signal) => client.alerts.watch({}, { signal }),
    () => void cache.invalidateQueries({ queryKey: api.alerts.key() }),
  );
  useStream(
    'notifications',
    (signal) => client.notifications.watch({}, { signal }),
    () => void cache.invalidateQueries({ queryKey: api.notifications.list.key() }),
  );
}

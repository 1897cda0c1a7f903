import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Sample } from '#contract/monitor.ts';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { addSample, type LiveWindow, windowOf } from './liveWindow.ts';

const POINTS = 360;

export interface HostHistory {
  window: LiveWindow | undefined;
  /** The newest sample. */
  sample: Sample | undefined;
  error: unknown;
  retry: () => void;
}

/** History of a host over the last `span` seconds that goes on by itself. */
export function useHostHistory(
  host: string,
  metrics: readonly string[],
  span: number,
  interval: number,
): HostHistory {
  const key = `${host} ${span} ${metrics.join(' ')}`;
  const now = useRef({ key: '', at: 0 });
  // The end is fixed when the question changes, so that the query keeps its key.
  if (now.current.key !== key) now.current = { key, at: Date.now() };
  const { at } = now.current;
  const history = useQuery({
    ...api.monitor.series.queryOptions({
      input: {
        host,
        metrics: [...metrics],
        from: new Date(at - span * 1000).toISOString(),
        to: new Date(at + 60_000).toISOString(),
        points: POINTS,
      },
    }),
    enabled: metrics.length > 0,
    gcTime: 0,
  });
  const [live, setLive] = useState<{ from: unknown; window: LiveWindow }>();
  const [sample, setSample] = useState<Sample>();
  const answer = history.data;
  useEffect(() => {
    if (answer) setLive({ from: answer, window: windowOf(answer, span) });
  }, [answer, span]);
  useStream(
    `monitor ${host}`,
    (signal) => client.monitor.live({ host }, { signal }),
    (samples) => {
      setSample(samples.at(-1));
      setLive(
        (before) =>
          before && {
            ...before,
            window: samples.reduce(
              (window, one) => addSample(window, one, interval),
              before.window,
            ),
          },
      );
    },
  );
  return {
    window: live?.from === answer ? live?.window : undefined,
    sample: sample?.host === host ? sample : undefined,
    error: history.error,
    retry: () => void history.refetch(),
  };
}

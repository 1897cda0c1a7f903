import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Sample } from '#contract/monitor.ts';
import { client } from '#renderer/client/api.ts';
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
  metrics: readonly string[] | undefined,
  span: number,
  interval: number,
): HostHistory {
  const history = useQuery({
    queryKey: ['monitor', 'history', host, span, metrics],
    queryFn:
      metrics === undefined
        ? skipToken
        : ({ signal }) => {
            const now = Date.now();
            return client.monitor.series(
              {
                host,
                metrics: [...metrics],
                from: new Date(now - span * 1000).toISOString(),
                to: new Date(now + 60_000).toISOString(),
                points: POINTS,
              },
              { signal },
            );
          },
    // What was asked for earlier has a hole where nothing was heard.
    gcTime: 0,
  });
  const answer = history.data;
  const known = useMemo(() => answer && windowOf(answer, span), [answer, span]);
  const [live, setLive] = useState<{ from: LiveWindow; window: LiveWindow }>();
  const [sample, setSample] = useState<Sample>();
  useStream(
    `monitor ${host}`,
    (signal) => client.monitor.live({ host }, { signal }),
    (samples) => {
      setSample(samples.at(-1));
      if (!known) return;
      setLive((before) => ({
        from: known,
        window: samples.reduce(
          (window, one) => addSample(window, one, interval),
          before?.from === known ? before.window : known,
        ),
      }));
    },
  );
  return {
    window: live && live.from === known ? live.window : known,
    sample: sample?.host === host ? sample : undefined,
    error: history.error,
    retry: () => void history.refetch(),
  };
}

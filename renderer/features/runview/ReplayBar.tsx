import { Pause, Play, Radio, SkipBack, SkipForward } from 'lucide-react';
import { useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RunContext, useRun } from '#renderer/features/editor/store/context.ts';
import { travel } from '#renderer/features/editor/store/runStore.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { formatDuration } from '#renderer/ui/time.ts';
import { moments, runSpan } from './replay.ts';

/** A replay lasts this long, however long the run was. */
const REPLAY_MS = 12_000;

/** Looks at an ended run as it was at any time: by hand, step by step, or played. */
export function ReplayBar() {
  const { t } = useTranslation('runview');
  const store = useContext(RunContext);
  const run = useRun((state) => state.run);
  const at = useRun((state) => state.at);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing || !run) return;
    const [start, end] = runSpan(run, 0);
    const began = performance.now();
    const from = store.getState().at ?? start;
    let frame = 0;
    const step = () => {
      const now = from + ((performance.now() - began) / REPLAY_MS) * (end - start);
      if (now >= end) {
        travel(store, undefined);
        setPlaying(false);
        return;
      }
      travel(store, now);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing, run, store]);
  if (!run?.ended_at) return null;
  const [start, end] = runSpan(run, 0);
  const now = at ?? end;
  const size = Math.max(1, Math.round((end - start) / 1000));
  const jump = (forward: boolean) => {
    setPlaying(false);
    const all = moments(run);
    const next = forward
      ? all.find((moment) => moment > now)
      : all.findLast((moment) => moment < now);
    travel(store, forward ? (next ?? undefined) : (next ?? start));
  };
  return (
    <div
      role="group"
      aria-label={t('replay.label')}
      data-testid="replay"
      className="flex items-center gap-1 border-t border-border bg-surface-2 px-2 py-1"
    >
      <IconButton size="icon-sm" label={t('replay.back')} onClick={() => jump(false)}>
        <SkipBack />
      </IconButton>
      <IconButton
        size="icon-sm"
        label={playing ? t('replay.pause') : t('replay.play')}
        data-testid="replay-play"
        onClick={() => {
          if (!playing && at === undefined) travel(store, start);
          setPlaying(!playing);
        }}
      >
        {playing ? <Pause /> : <Play />}
      </IconButton>
      <IconButton size="icon-sm" label={t('replay.forward')} onClick={() => jump(true)}>
        <SkipForward />
      </IconButton>
      <input
        type="range"
        aria-label={t('replay.time')}
        aria-valuetext={formatDuration(now - start)}
        data-testid="replay-time"
        min={start}
        max={end}
        step={size}
        value={now}
        onChange={(event) => {
          setPlaying(false);
          const value = Number(event.target.value);
          // The last mark of the slider may lie before the end.
          travel(store, value > end - size ? undefined : value);
        }}
        className="h-1 min-w-24 flex-1 accent-(--accent)"
      />
      <span className="tabular w-32 text-right text-xs text-muted">
        {formatDuration(now - start)} / {formatDuration(end - start)}
      </span>
      <IconButton
        size="icon-sm"
        label={t('replay.end')}
        disabled={at === undefined}
        onClick={() => {
          setPlaying(false);
          travel(store, undefined);
        }}
      >
        <Radio />
      </IconButton>
    </div>
  );
}

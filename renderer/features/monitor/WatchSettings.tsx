import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MonitoredHost } from '#contract/monitor.ts';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';

const intervals = [2, 5, 10, 30, 60, 300];

/** Whether a host is looked at, and how often. */
export function WatchSettings({ host }: { host: MonitoredHost }) {
  const { t } = useTranslation('monitor');
  const cache = useQueryClient();
  const mine = useMay()('operator');
  const change = useMutation(
    api.monitor.set.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: api.monitor.hosts.key() }),
    }),
  );
  const known = intervals.includes(host.interval_seconds)
    ? intervals
    : [...intervals, host.interval_seconds].sort((a, b) => a - b);
  const words = (seconds: number) =>
    seconds < 60
      ? t('every.seconds', { count: seconds })
      : t('every.minutes', { count: Math.round(seconds / 60) });
  return (
    <div className="flex items-center gap-3">
      <Select
        className="w-44"
        label={t('every.label')}
        disabled={!mine || !host.monitored || change.isPending}
        value={String(host.interval_seconds)}
        onChange={(seconds) => change.mutate({ host: host.id, interval_seconds: Number(seconds) })}
        options={known.map((seconds) => ({ value: String(seconds), label: words(seconds) }))}
      />
      <label className="flex items-center gap-2 text-sm">
        <Switch
          checked={host.monitored}
          label={t('watch')}
          disabled={!mine || change.isPending}
          onChange={(monitored) => change.mutate({ host: host.id, monitored })}
        />
        <span aria-hidden>{t('watch')}</span>
      </label>
    </div>
  );
}

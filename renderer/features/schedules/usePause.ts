import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '#contract/schedules.ts';
import { api, client } from '#renderer/client/api.ts';
import { toastDone, toastError } from '#renderer/ui/toast.ts';

/** Pauses a running schedule and resumes a paused one. */
export function usePause(): (schedule: Schedule) => void {
  const { t } = useTranslation('schedules');
  const cache = useQueryClient();
  const toggle = async ({ id, paused, workflow }: Schedule) => {
    await (paused ? client.schedules.resume({ id }) : client.schedules.pause({ id }));
    await cache.invalidateQueries({ queryKey: api.schedules.list.key() });
    toastDone(t(paused ? 'resumed' : 'paused', { workflow }));
  };
  return (schedule) => void toggle(schedule).catch(toastError);
}

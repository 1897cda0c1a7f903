import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Pause, Play, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Firing, Schedule } from '#contract/schedules.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { FactList } from '#renderer/ui/FactList.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { Sheet } from '#renderer/ui/Sheet.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { FiringTime } from './FiringTime.tsx';
import { usePause } from './usePause.ts';

const tones: Record<Firing['outcome'], Tone> = {
  started: 'ok',
  skipped: 'neutral',
  missed: 'warn',
  refused: 'danger',
};

function History({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const { data } = useQuery(api.schedules.history.queryOptions({ input: { id: schedule.id } }));
  if (!data) return null;
  if (data.firings.length === 0)
    return <p className="text-sm text-muted">{t('details.noHistory')}</p>;
  return (
    <ul className="divide-y divide-border">
      {data.firings.map((firing) => (
        <li key={firing.due_at} className="flex items-center gap-2 py-1.5 text-sm">
          <Badge tone={tones[firing.outcome]}>{t(`outcome.${firing.outcome}`)}</Badge>
          <span className="min-w-0 flex-1 truncate text-xs text-muted">
            {firing.run ? (
              <Link
                to="/runs/$id"
                params={{ id: firing.run }}
                className="font-mono hover:underline"
              >
                {firing.run}
              </Link>
            ) : (
              firing.reason
            )}
          </span>
          <RelativeTime at={firing.fired_at} className="text-xs text-muted" />
        </li>
      ))}
    </ul>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{title}</h3>
      {children}
    </section>
  );
}

function Facts({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const facts: [string, ReactNode][] = [
    [
      t('details.expression'),
      <code key="e" className="font-mono text-xs">
        {schedule.expression}
      </code>,
    ],
    [t('details.zone'), schedule.timezone],
    [t('details.missed'), t(`missed.${schedule.missed}`)],
    [t('details.jitter'), schedule.jitter],
    [t('details.origin'), t(`details.${schedule.origin}`)],
  ];
  return <FactList facts={facts} />;
}

/** One schedule: its rule, the next ten firings, what it did. */
export function ScheduleSheet({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { t } = useTranslation('schedules');
  const cache = useQueryClient();
  const toggle = usePause();
  const [removing, setRemoving] = useState(false);
  const remove = useMutation(
    api.schedules.remove.mutationOptions({
      onSuccess: async () => {
        toastDone(t('removed', { workflow: schedule.workflow }));
        onClose();
        await cache.invalidateQueries({ queryKey: api.schedules.list.key() });
      },
    }),
  );
  return (
    <Sheet open onOpenChange={onClose} title={schedule.workflow}>
      <div className="space-y-5 p-4">
        <p className="text-lg font-medium text-pretty">{wordsSaid(schedule)}</p>
        <div className="flex flex-wrap gap-2">
          <Button icon={schedule.paused ? <Play /> : <Pause />} onClick={() => toggle(schedule)}>
            {t(schedule.paused ? 'resume' : 'pause')}
          </Button>
          {schedule.origin === 'added' ? (
            <Button variant="danger-ghost" icon={<Trash2 />} onClick={() => setRemoving(true)}>
              {t('remove')}
            </Button>
          ) : (
            <Button asChild variant="ghost">
              <Link
                to="/workflows/$name"
                params={{ name: schedule.workflow }}
                title={t('fromFile')}
              >
                {t('edit')}
              </Link>
            </Button>
          )}
        </div>
        <Facts schedule={schedule} />
        <Section title={t('details.next')}>
          {schedule.paused || schedule.next.length === 0 ? (
            <p className="text-sm text-muted">
              {schedule.paused ? t('state.paused') : t('details.none')}
            </p>
          ) : (
            <ol className="divide-y divide-border">
              {schedule.next.map((at) => (
                <li key={at} className="py-1">
                  <FiringTime at={at} zone={schedule.timezone} />
                </li>
              ))}
            </ol>
          )}
        </Section>
        <Section title={t('details.history')}>
          <History schedule={schedule} />
        </Section>
      </div>
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={t('removeTitle', { workflow: schedule.workflow })}
        consequences={t('removeText', { words: wordsSaid(schedule) })}
        verb={t('remove')}
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id: schedule.id })}
      />
    </Sheet>
  );
}

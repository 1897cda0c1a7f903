import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Bell, CheckCheck, CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notification } from '#contract/platform.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { Popover } from '#renderer/ui/Popover.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';

const looks = {
  info: [Info, 'text-info'],
  ok: [CircleCheck, 'text-ok'],
  warn: [TriangleAlert, 'text-warn'],
  danger: [CircleX, 'text-danger'],
} as const;

function Item(props: { notification: Notification; onOpen: () => void }) {
  const { notification } = props;
  const [Icon, colour] = looks[notification.level];
  return (
    <li>
      <button
        type="button"
        onClick={props.onOpen}
        className={cn(
          'flex w-full gap-3 px-4 py-2.5 text-left transition-colors hover:bg-surface-3/70',
          notification.read && 'text-muted',
        )}
      >
        <Icon className={cn('mt-0.5 size-4 shrink-0', colour)} aria-hidden />
        <span className="min-w-0 flex-1">
          <span className={cn('block text-sm', !notification.read && 'font-medium')}>
            {notification.title}
          </span>
          {notification.body && (
            <span className="line-clamp-2 block text-xs text-muted">{notification.body}</span>
          )}
        </span>
        <RelativeTime at={notification.at} className="text-xs text-muted" />
      </button>
    </li>
  );
}

/** The notification centre behind the bell. */
export function NotificationBell() {
  const { t } = useTranslation('frame');
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const cache = useQueryClient();
  const { data } = useQuery(api.notifications.list.queryOptions({ input: {} }));
  const markRead = useMutation(
    api.notifications.read.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: api.notifications.list.key() }),
    }),
  );
  const all = data?.notifications ?? [];
  const unread = all.filter((one) => !one.read).length;
  const openOne = (one: Notification) => {
    if (!one.read) markRead.mutate({ ids: [one.id] });
    if (one.link?.startsWith('/')) {
      setOpen(false);
      router.history.push(one.link);
    }
  };
  const label = unread > 0 ? t('notifications.unread', { count: unread }) : t('notifications.open');
  return (
    <Popover
      label={t('notifications.title')}
      open={open}
      onOpenChange={setOpen}
      className="w-96"
      trigger={
        <Button variant="ghost" size="icon" aria-label={label} title={label} className="relative">
          <Bell />
          {unread > 0 && (
            <span className="absolute top-1.5 right-1.5 size-2 rounded-full bg-danger ring-2 ring-surface-2" />
          )}
        </Button>
      }
    >
      <div className="flex h-11 items-center justify-between border-b border-border pr-2 pl-4">
        <h2 className="text-sm font-semibold">{t('notifications.title')}</h2>
        {unread > 0 && (
          <Button
            size="sm"
            variant="ghost"
            icon={<CheckCheck />}
            busy={markRead.isPending}
            onClick={() => markRead.mutate({})}
          >
            {t('notifications.markAll')}
          </Button>
        )}
      </div>
      {all.length === 0 ? (
        <EmptyState
          compact
          icon={<Bell />}
          title={t('notifications.empty')}
          text={t('notifications.emptyText')}
        />
      ) : (
        <ul className="max-h-[60vh] divide-y divide-border overflow-y-auto">
          {all.map((one) => (
            <Item key={one.id} notification={one} onOpen={() => openOne(one)} />
          ))}
        </ul>
      )}
    </Popover>
  );
}

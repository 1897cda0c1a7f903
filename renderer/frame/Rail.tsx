import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { Tooltip } from '#renderer/ui/Tooltip.tsx';
import { MorePages } from './MorePages.tsx';
import { type PageEntry, pages } from './pages.ts';
import { usePage } from './usePage.ts';
import { useWaitingCount } from './useWaitingCount.ts';

function Count({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="tabular absolute top-0.5 right-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-warn px-1 text-[10px] leading-none font-semibold text-surface-2">
      {count > 99 ? '99+' : count}
    </span>
  );
}

function RailLink({ page, bar }: { page: PageEntry; bar: boolean }) {
  const { t } = useTranslation('frame');
  const waiting = useWaitingCount();
  const label = t(`pages.${page.id}`);
  const count = page.id === 'approvals' ? waiting : 0;
  const here = usePage() === page;
  const link = (
    <Link
      to={page.to}
      activeOptions={{ exact: page.to === '/', includeSearch: false }}
      {...(here ? { 'aria-current': 'true' } : {})}
      className={cn(
        'relative flex items-center justify-center rounded-control text-muted transition-colors duration-150 hover:bg-surface-3 hover:text-text',
        here && 'bg-accent/12 text-accent',
        bar ? 'h-12 min-w-0 flex-1 flex-col gap-0.5 text-[10px]' : 'size-10',
      )}
    >
      <page.icon className="size-5" strokeWidth={1.75} aria-hidden />
      <span className={bar ? 'max-w-full truncate' : 'sr-only'}>
        {bar ? t(`bar.${page.id}`) : label}
      </span>
      <Count count={count} />
    </Link>
  );
  if (bar) return link;
  return (
    <Tooltip label={label} shortcut={`g ${page.key}`} side="right">
      {link}
    </Tooltip>
  );
}

/** The way between pages: icons on the left, or a bar at the bottom of a narrow window. */
export function Rail({ bar }: { bar: boolean }) {
  const { t } = useTranslation('frame');
  if (bar) {
    return (
      <nav
        aria-label={t('navigation')}
        className="flex h-14 shrink-0 items-center border-t border-border bg-surface-2 px-0.5"
      >
        {pages
          .filter((page) => page.narrow)
          .map((page) => (
            <RailLink key={page.id} page={page} bar />
          ))}
        <MorePages />
      </nav>
    );
  }
  const groups = ['operate', 'build', 'know', 'trust'] as const;
  return (
    <nav
      aria-label={t('navigation')}
      className="flex w-12 shrink-0 flex-col items-center gap-1 border-r border-border bg-surface-2 py-1"
    >
      <Link
        to="/"
        aria-label="Nexus"
        tabIndex={-1}
        className="mb-1 flex size-10 items-center justify-center"
      >
        <img src="./icon.svg" alt="" className="size-6" />
      </Link>
      {groups
        .filter((group) => pages.some((page) => page.group === group))
        .map((group) => (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a fieldset would be a form
          <div
            key={group}
            role="group"
            aria-label={t(`groups.${group}`)}
            className="flex flex-col gap-1 border-t border-border pt-1 first-of-type:border-t-0 first-of-type:pt-0"
          >
            {pages
              .filter((page) => page.group === group)
              .map((page) => (
                <RailLink key={page.id} page={page} bar={false} />
              ))}
          </div>
        ))}
      <span className="flex-1" />
      {pages
        .filter((page) => page.group === 'none')
        .map((page) => (
          <RailLink key={page.id} page={page} bar={false} />
        ))}
    </nav>
  );
}

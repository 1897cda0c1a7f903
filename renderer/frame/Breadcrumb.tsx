import { Link, useMatches } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { shortId } from '#renderer/ui/CopyId.tsx';

type CrumbPage =
  | 'vault'
  | 'home'
  | 'workflows'
  | 'templates'
  | 'runs'
  | 'compare'
  | 'schedules'
  | 'approvals'
  | 'hosts'
  | 'commands'
  | 'monitor'
  | 'terminals'
  | 'audit'
  | 'settings';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Page that the breadcrumb names, with the page above it. */
    crumb?: CrumbPage;
    above?: { page: CrumbPage; to: '/workflows' | '/runs' | '/hosts' };
    /** Name of the parameter that ends the breadcrumb. */
    param?: string;
  }
}

/** Where the reader is: page above, page, thing. */
export function Breadcrumb() {
  const { t } = useTranslation('frame');
  const match = useMatches().at(-1);
  const data = match?.staticData;
  const thing = data?.param
    ? (match?.params as Record<string, string> | undefined)?.[data.param]
    : undefined;
  const parts: { key: string; label: string; to?: '/workflows' | '/runs' | '/hosts' }[] = [];
  if (data?.above) {
    parts.push({ key: 'above', label: t(`pages.${data.above.page}`), to: data.above.to });
  }
  if (data?.crumb) parts.push({ key: 'page', label: t(`pages.${data.crumb}`) });
  if (thing)
    parts.push({ key: 'thing', label: data?.above?.page === 'runs' ? shortId(thing) : thing });
  return (
    <nav aria-label={t('breadcrumb')} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1 text-sm">
        {parts.map((part, index) => (
          <Fragment key={part.key}>
            {index > 0 && <ChevronRight className="size-3.5 shrink-0 text-muted" aria-hidden />}
            <li
              className={part.to ? 'shrink-0 text-muted hover:text-text' : 'truncate font-medium'}
              aria-current={index === parts.length - 1 ? 'page' : undefined}
            >
              {part.to ? <Link to={part.to}>{part.label}</Link> : part.label}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

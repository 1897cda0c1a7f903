import { Link } from '@tanstack/react-router';
import { Ellipsis, X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { focusFirstField } from '#renderer/ui/focusFirstField.ts';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { pages } from './pages.ts';
import { usePage } from './usePage.ts';

const others = pages.filter((page) => !page.narrow);

/** The last place of the bottom bar: a sheet with the pages that have no place of their own there. */
export function MorePages() {
  const { t } = useTranslation(['frame', 'ui']);
  const [open, setOpen] = useState(false);
  const current = usePage();
  const here = current && !current.narrow ? current : undefined;
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger
        data-status={here ? 'active' : undefined}
        className="flex h-12 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 rounded-control text-[10px] text-muted transition-colors duration-150 hover:bg-surface-3 hover:text-text data-[status=active]:bg-accent/12 data-[status=active]:text-accent"
      >
        <Ellipsis className="size-5" strokeWidth={1.75} aria-hidden />
        <span className="max-w-full truncate">{t('more')}</span>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-backdrop" />
        <Radix.Content
          data-modal=""
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirstField}
          className="outline-none fixed inset-x-0 bottom-0 z-50 animate-sheet-up rounded-t-card border-t border-border bg-surface-2 pb-[max(12px,env(safe-area-inset-bottom))] shadow-pop"
        >
          <div className="flex items-center px-4 pt-3 pb-1">
            <Radix.Title className="flex-1 font-semibold">{t('morePages')}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={t('ui:close')} size="icon-sm" className="-mr-2">
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <ul className="grid grid-cols-4 gap-1 px-2">
            {others.map((page) => (
              <li key={page.id}>
                <Link
                  to={page.to}
                  onClick={() => setOpen(false)}
                  className={cn(
                    'flex h-16 flex-col items-center justify-center gap-1 rounded-control text-xs text-muted hover:bg-surface-3 hover:text-text',
                    page === here && 'bg-accent/12 text-accent',
                  )}
                >
                  <page.icon className="size-5" strokeWidth={1.75} aria-hidden />
                  <span className="max-w-full truncate px-1">{t(`pages.${page.id}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

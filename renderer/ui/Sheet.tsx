import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { focusFirstField } from './focusFirstField.ts';
import { IconButton } from './IconButton.tsx';
import { useOpener } from './useOpener.ts';

/** An inspector that slides in from the right and leaves the page in view. */
export function Sheet(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation('ui');
  const giveBack = useOpener(props.open);
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange} modal={false}>
      <Radix.Portal>
        <Radix.Content
          tabIndex={-1}
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={giveBack}
          onInteractOutside={(event) => event.preventDefault()}
          className="outline-none fixed top-12 right-0 bottom-7 z-40 flex w-full max-w-md animate-sheet flex-col border-l border-border bg-surface-2 shadow-pop max-narrow:bottom-14"
        >
          <div className="flex items-center gap-2 border-b border-border px-4 py-2">
            <Radix.Title className="min-w-0 flex-1 truncate font-semibold">
              {props.title}
            </Radix.Title>
            {props.aside}
            <Radix.Close asChild>
              <IconButton label={t('close')} size="icon-sm" shortcut="escape">
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{props.children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

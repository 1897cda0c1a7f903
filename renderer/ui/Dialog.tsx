import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from './cn.ts';
import { focusFirstField } from './focusFirstField.ts';
import { IconButton } from './IconButton.tsx';
import { useOpener } from './useOpener.ts';

/**
 * A question or a short form above the page. A press beside it closes it, unless something has been
 * typed in it: what took a minute to type is not lost by a slip of the hand.
 */
export function Dialog(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** `wide` for content that needs columns. */
  size?: 'normal' | 'wide';
  /** Shows what is shown only once: a press beside it does not close it. */
  keep?: boolean;
}) {
  const { t } = useTranslation('ui');
  const giveBack = useOpener(props.open);
  const typed = useRef(false);
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-backdrop" />
        <Radix.Content
          data-modal=""
          onOpenAutoFocus={(event) => {
            typed.current = false;
            focusFirstField(event);
          }}
          onInput={() => (typed.current = true)}
          onCloseAutoFocus={giveBack}
          onInteractOutside={(event) => {
            if (props.keep || typed.current) event.preventDefault();
          }}
          {...(props.description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'outline-none fixed top-[12vh] left-1/2 z-50 flex max-h-[78vh] w-[calc(100vw-24px)] -translate-x-1/2 animate-fade flex-col rounded-card border border-border bg-surface-2 shadow-pop',
            props.size === 'wide' ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{props.title}</Radix.Title>
              {props.description && (
                <Radix.Description asChild>
                  <div className="mt-1 text-sm text-muted">{props.description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('close')} size="icon-sm" className="-mr-2">
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{props.children}</div>
          {props.footer && (
            <div className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{props.footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

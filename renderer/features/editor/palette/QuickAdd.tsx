import { Command } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useOpener } from '#renderer/ui/useOpener.ts';
import { insertKind } from '../canvas/insertKind.ts';
import { KindIcon } from '../canvas/KindIcon.ts';
import { useCanvas } from '../canvas/canvasStore.ts';
import { useDocument, useKinds } from '../store/context.ts';

const close = () => useCanvas.setState({ adding: undefined });

/** The kinds as a list to type in: opened by `a`, by a plus on a connection, or by pulling a connection into the void. */
export function QuickAdd() {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const kinds = useKinds();
  const adding = useCanvas((state) => state.adding);
  const giveBack = useOpener(adding !== undefined);
  return (
    <Radix.Root open={adding !== undefined} onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-backdrop" />
        <Radix.Content
          data-modal=""
          aria-describedby={undefined}
          onCloseAutoFocus={giveBack}
          className="fixed top-[16vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-md -translate-x-1/2 animate-fade overflow-hidden rounded-card border border-border bg-surface-2 shadow-pop"
        >
          <Radix.Title className="sr-only">{t('add.title')}</Radix.Title>
          <Command label={t('add.title')} loop>
            <Command.Input
              placeholder={t('add.placeholder')}
              data-testid="quick-add"
              className="h-11 w-full border-b border-border bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="max-h-96 overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-sm text-muted">
                {t('palette.none')}
              </Command.Empty>
              {[...kinds.values()].map((kind) => {
                return (
                  <Command.Item
                    key={kind.kind}
                    value={kind.kind}
                    keywords={[kind.title, kind.description, kind.group]}
                    data-testid={`quick-add-${kind.kind}`}
                    onSelect={() => {
                      if (adding) insertKind(document, kind.kind, adding.place, adding.position);
                      close();
                    }}
                    className="flex items-center gap-2.5 rounded-control px-2 py-1.5 data-[selected=true]:bg-surface-3"
                  >
                    <KindIcon name={kind.icon} className="size-4 shrink-0 text-muted" />
                    <span className="shrink-0 text-sm font-medium">{kind.title}</span>
                    <span className="min-w-0 truncate text-xs text-muted">{kind.description}</span>
                  </Command.Item>
                );
              })}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

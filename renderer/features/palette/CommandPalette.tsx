import { useNavigate, useRouter } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { FileText, Play, Search, SquareTerminal, Workflow } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationEntry } from '#renderer/client/operations.ts';
import { runWorkflow } from '#renderer/features/workflows/runDialogStore.ts';
import { showPalette, useFrame } from '#renderer/stores/frame.ts';
import { shortId } from '#renderer/ui/CopyId.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusIcon } from '#renderer/ui/StatusBadge.tsx';
import { toastDone, toastError } from '#renderer/ui/toast.ts';
import { useOpener } from '#renderer/ui/useOpener.ts';
import { AskArguments } from './AskArguments.tsx';
import type { PaletteEntry } from './entries.ts';
import { inputClasses, itemClasses } from './paletteClasses.ts';
import { readRecents, rememberRecent } from './recents.ts';
import { usePaletteEntries } from './usePaletteEntries.ts';

const icons = { page: FileText, operation: SquareTerminal, workflow: Workflow };

function Entry({
  entry,
  onSelect,
  recent,
}: {
  entry: PaletteEntry;
  onSelect: () => void;
  recent?: boolean;
}) {
  const Icon = entry.kind === 'run' ? Play : icons[entry.kind];
  return (
    <Command.Item
      value={`${entry.label} ${entry.id}${recent ? ' recent' : ''}`}
      onSelect={onSelect}
      className={itemClasses}
    >
      {entry.kind === 'run' ? <StatusIcon status={entry.run.status} label /> : <Icon aria-hidden />}
      <span className="min-w-0 flex-1 truncate">
        {entry.kind === 'run' ? entry.run.workflow : entry.label}
      </span>
      {entry.kind === 'operation' && (
        <span className="font-mono text-2xs text-muted">{entry.operation.name}</span>
      )}
      {entry.kind === 'run' && (
        <span className="flex gap-2 text-xs text-muted">
          <span className="font-mono">{shortId(entry.run.id)}</span>
          <RelativeTime at={entry.run.created_at} />
        </span>
      )}
    </Command.Item>
  );
}

const groups = ['operation', 'page', 'workflow', 'run'] as const;
const groupClasses =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted';

/** Finds and lists: recent entries first, then commands, pages, workflows and runs. */
export function PaletteList(props: { onOperation: (operation: OperationEntry) => void }) {
  const { t } = useTranslation('palette');
  const navigate = useNavigate();
  const router = useRouter();
  const entries = usePaletteEntries();
  const [recents] = useState(readRecents);
  const [text, setText] = useState('');
  const select = (entry: PaletteEntry) => () => {
    rememberRecent(entry.id);
    if (entry.kind === 'operation') {
      props.onOperation(entry.operation);
      return;
    }
    showPalette(false);
    if (entry.kind === 'page') router.history.push(entry.page);
    else if (entry.kind === 'run') void navigate({ to: '/runs/$id', params: { id: entry.run.id } });
    else void navigate({ to: '/workflows/$name', params: { name: entry.workflow } });
  };
  const recent = recents
    .map((id) => entries.find((entry) => entry.id === id))
    .filter((entry) => entry !== undefined);
  const shown = (kind: PaletteEntry['kind']) => {
    const all = entries.filter((entry) => entry.kind === kind);
    return text === '' && kind === 'run' ? all.slice(0, 5) : all;
  };
  return (
    <Command label={t('label')} loop className="flex min-h-0 flex-col">
      <div className="flex items-center border-b border-border pl-4">
        <Search className="size-4 shrink-0 text-muted" aria-hidden />
        <Command.Input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the palette opens to be typed into
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={t('placeholder')}
          className={inputClasses}
        />
      </div>
      <Command.List className="max-h-[min(420px,60vh)] overflow-y-auto p-1.5">
        <Command.Empty className="px-4 py-8 text-center text-sm text-muted">
          {t('empty')}
        </Command.Empty>
        {text === '' && recent.length > 0 && (
          <Command.Group heading={t('groups.recent')} className={groupClasses}>
            {recent.map((entry) => (
              <Entry key={entry.id} entry={entry} recent onSelect={select(entry)} />
            ))}
          </Command.Group>
        )}
        {groups.map((kind) => {
          const items = shown(kind);
          if (items.length === 0) return null;
          return (
            <Command.Group key={kind} heading={t(`groups.${kind}`)} className={groupClasses}>
              {items.map((entry) => (
                <Entry key={entry.id} entry={entry} onSelect={select(entry)} />
              ))}
            </Command.Group>
          );
        })}
      </Command.List>
    </Command>
  );
}

/** Ctrl/Cmd+K: everything the person may do and everywhere they may go. */
export function CommandPalette() {
  const { t } = useTranslation('palette');
  const open = useFrame((state) => state.palette);
  const giveBack = useOpener(open);
  const [asking, setAsking] = useState<OperationEntry>();
  const navigate = useNavigate();
  const close = () => {
    setAsking(undefined);
    showPalette(false);
  };
  const begin = (operation: OperationEntry) => {
    // These have a form of their own that asks better than one line can.
    if (operation.name === 'schedules.add') {
      close();
      void navigate({ to: '/schedules', search: { add: '' } });
    } else if (operation.name === 'workflows.create') {
      close();
      void navigate({ to: '/workflows', search: { create: true } });
    } else if (operation.name === 'audit.verify') {
      close();
      void navigate({ to: '/audit', search: { verify: true } });
    } else if (operation.fields.some((field) => field.required)) {
      setAsking(operation);
    } else {
      close();
      operation
        .call({})
        .then(() => toastDone(t('done', { title: operation.title })))
        .catch(toastError);
    }
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? showPalette(true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade bg-backdrop" />
        <Dialog.Content
          data-modal=""
          aria-describedby={undefined}
          onCloseAutoFocus={giveBack}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 animate-fade overflow-hidden rounded-card border border-border bg-surface-2 shadow-pop"
        >
          <Dialog.Title className="sr-only">{t('label')}</Dialog.Title>
          {asking ? (
            <AskArguments
              operation={
                asking.name === 'runs.start' ? { ...asking, call: startFromPalette } : asking
              }
              onBack={() => setAsking(undefined)}
              onDone={close}
            />
          ) : (
            <PaletteList onOperation={begin} />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Running a workflow goes through its form, which asks for inputs when it has any. */
async function startFromPalette(input: unknown): Promise<void> {
  const { name } = input as { name: string };
  runWorkflow(name);
}

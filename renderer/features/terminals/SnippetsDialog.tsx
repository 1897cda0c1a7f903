import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Snippet } from '#contract/terminals.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';

type Draft = Omit<Snippet, 'id'> & { id?: string };

const blank: Draft = { name: '', text: '', run: false };

function Form({ draft, onDone }: { draft: Draft; onDone: () => void }) {
  const { t } = useTranslation('terminals');
  const cache = useQueryClient();
  const [value, setValue] = useState(draft);
  const save = useMutation(
    api.terminals.saveSnippet.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: api.terminals.snippets.key() });
        onDone();
      },
    }),
  );
  const ready = value.name.trim() !== '' && value.text !== '';
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) save.mutate(value);
      }}
    >
      <Field label={t('snippets.name')} required>
        {(control) => (
          <Input
            {...control}
            maxLength={80}
            value={value.name}
            onChange={(event) => setValue({ ...value, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('snippets.text')} help={t('snippets.textHelp')} required>
        {(control) => (
          <Textarea
            {...control}
            maxLength={8192}
            className="font-mono"
            value={value.text}
            onChange={(event) => setValue({ ...value, text: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('snippets.run')} help={t('snippets.runHelp')}>
        {({ id }) => (
          <div>
            <Switch id={id} checked={value.run} onChange={(run) => setValue({ ...value, run })} />
          </div>
        )}
      </Field>
      <div className="flex justify-end gap-2 pb-3">
        <Button onClick={onDone}>{t('snippets.cancel')}</Button>
        <Button type="submit" variant="primary" disabled={!ready} busy={save.isPending}>
          {t('snippets.save')}
        </Button>
      </div>
    </form>
  );
}

/** Lines to insert into a terminal: add, change and remove them. */
export function SnippetsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('terminals');
  const cache = useQueryClient();
  const [draft, setDraft] = useState<Draft>();
  const snippets = useQuery(api.terminals.snippets.queryOptions({ input: {} }));
  const refresh = () => cache.invalidateQueries({ queryKey: api.terminals.snippets.key() });
  const [removing, setRemoving] = useState<Snippet>();
  const remove = useMutation(
    api.terminals.removeSnippet.mutationOptions({
      onSuccess: () => {
        setRemoving(undefined);
        return refresh();
      },
    }),
  );
  const list = snippets.data?.snippets ?? [];
  const add = (
    <Button variant="primary" icon={<Plus />} onClick={() => setDraft(blank)}>
      {t('snippets.add')}
    </Button>
  );
  return (
    <Dialog open onOpenChange={onClose} title={t('snippets.title')} size="wide">
      {draft ? (
        <Form draft={draft} onDone={() => setDraft(undefined)} />
      ) : !snippets.data ? (
        <QueryState query={snippets} lines={3} />
      ) : list.length === 0 ? (
        <EmptyState
          compact
          title={t('snippets.empty')}
          text={t('snippets.emptyText')}
          action={add}
        />
      ) : (
        <>
          <ul className="divide-y divide-border">
            {list.map((one) => (
              <li key={one.id} className="flex items-center gap-2 py-2">
                <div className="min-w-0 flex-1">
                  <p className="truncate text-sm font-medium">{one.name}</p>
                  <p className="truncate font-mono text-xs text-muted">{one.text}</p>
                </div>
                <IconButton
                  label={t('snippets.edit', { name: one.name })}
                  onClick={() => setDraft(one)}
                >
                  <Pencil />
                </IconButton>
                <IconButton
                  label={t('snippets.remove', { name: one.name })}
                  onClick={() => setRemoving(one)}
                >
                  <Trash2 />
                </IconButton>
              </li>
            ))}
          </ul>
          <div className="flex justify-end py-3">{add}</div>
        </>
      )}
      <ConfirmDialog
        open={removing !== undefined}
        onOpenChange={() => setRemoving(undefined)}
        title={t('snippets.remove', { name: removing?.name ?? '' })}
        consequences={t('snippets.removeText')}
        verb={t('snippets.removeVerb')}
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate({ id: removing.id })}
      />
    </Dialog>
  );
}

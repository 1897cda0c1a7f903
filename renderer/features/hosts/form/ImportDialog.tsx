import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { ImportPreview } from './ImportPreview.tsx';
import { Toggle } from './Toggle.tsx';

/** Takes over the hosts of an OpenSSH configuration; shows first what that would be. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['hosts', 'ui']);
  const cache = useQueryClient();
  const [file, setFile] = useState('~/.ssh/config');
  const [group, setGroup] = useState('');
  const [acceptNew, setAcceptNew] = useState(false);
  /** What the preview is of: it reads files and runs `ssh`, so not at every key. */
  const [asked, setAsked] = useState({ file: '~/.ssh/config', group: '', allow_exec: false });
  const input = {
    file: asked.file,
    allow_exec: asked.allow_exec,
    accept_new: acceptNew,
    ...(asked.group ? { group: asked.group } : {}),
  };
  const preview = useQuery(
    api.hosts.import.queryOptions({
      input: { ...input, dry_run: true },
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  );
  const take = useMutation(
    api.hosts.import.mutationOptions({
      onSuccess: async (done) => {
        onClose();
        toastDone(t('import.done', { count: done.added.length + done.updated.length }));
        await cache.invalidateQueries({ queryKey: api.hosts.list.key() });
      },
    }),
  );
  const stale = file.trim() !== asked.file || group.trim() !== asked.group;
  const look = () => setAsked({ file: file.trim(), group: group.trim(), allow_exec: false });
  const count = preview.data ? preview.data.added.length + preview.data.updated.length : 0;
  return (
    <Dialog
      open
      size="wide"
      onOpenChange={onClose}
      title={t('import.title')}
      description={t('import.text')}
      footer={
        <>
          <Button onClick={onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            busy={take.isPending}
            disabled={stale || preview.isFetching || count === 0}
            onClick={() => take.mutate({ ...input, dry_run: false })}
          >
            {t('import.verb', { count })}
          </Button>
        </>
      }
    >
      <form
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <div className="grid grid-cols-[2fr_1fr] gap-3 max-narrow:grid-cols-1">
          <Field label={t('import.file')} help={t('import.fileHelp')}>
            {(control) => (
              <span className="flex gap-2">
                <Input
                  {...control}
                  className="font-mono"
                  spellCheck={false}
                  value={file}
                  onChange={(event) => setFile(event.target.value)}
                />
                <Button type="submit" disabled={!stale || file.trim() === ''}>
                  {t('import.look')}
                </Button>
              </span>
            )}
          </Field>
          <Field label={t('import.group')} help={t('import.groupHelp')}>
            {(control) => (
              <Input
                {...control}
                spellCheck={false}
                value={group}
                onChange={(event) => setGroup(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Toggle
          label={t('form.acceptNew')}
          help={t('form.acceptNewHelp')}
          checked={acceptNew}
          onChange={setAcceptNew}
        />
        <ImportPreview
          preview={preview}
          onAllow={() => setAsked((old) => ({ ...old, allow_exec: true }))}
        />
      </form>
    </Dialog>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { api } from '#renderer/client/api.ts';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { joinPath, parentOf } from './paths.ts';

/** What is asked before files change. */
export type EntryQuestion =
  | { what: 'folder'; path: string }
  | { what: 'rename'; entry: RemoteEntry }
  | { what: 'delete'; entry: RemoteEntry };

function NameDialog(props: {
  title: string;
  verb: string;
  initial: string;
  busy: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('hosts');
  const [name, setName] = useState(props.initial);
  const bad = name.includes('/') || name === '.' || name === '..';
  const ready = name !== '' && !bad && name !== props.initial;
  return (
    <FormDialog
      title={props.title}
      verb={props.verb}
      busy={props.busy}
      ready={ready}
      onSubmit={() => props.onName(name)}
      onClose={props.onClose}
    >
      <Field label={t('files.name')} error={bad ? t('files.badName') : undefined}>
        {(control) => (
          <Input
            {...control}
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

/** Asks for a name, or whether it is meant, and does it. */
export function EntryDialogs(props: {
  host: string;
  question: EntryQuestion | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation('hosts');
  const cache = useQueryClient();
  const { host, question, onClose } = props;
  const done = (message: string) => {
    toastDone(message);
    onClose();
    return cache.invalidateQueries({ queryKey: api.hosts.files.key({ input: { host } }) });
  };
  const make = useMutation(
    api.hosts.makeFolder.mutationOptions({
      onSuccess: ({ entry }) => done(t('files.made', { name: entry.name })),
    }),
  );
  const rename = useMutation(
    api.hosts.renameFile.mutationOptions({
      onSuccess: ({ entry }) => done(t('files.renamed', { name: entry.name })),
    }),
  );
  const remove = useMutation(
    api.hosts.removeFile.mutationOptions({
      onSuccess: ({ removed }) => done(t('files.deleted', { count: removed })),
    }),
  );
  if (!question) return null;
  if (question.what === 'folder')
    return (
      <NameDialog
        title={t('files.makeFolder')}
        verb={t('files.makeVerb')}
        initial=""
        busy={make.isPending}
        onClose={onClose}
        onName={(name) => make.mutate({ host, path: joinPath(question.path, name) })}
      />
    );
  const { entry } = question;
  if (question.what === 'rename')
    return (
      <NameDialog
        title={t('files.renameTitle', { name: entry.name })}
        verb={t('files.rename')}
        initial={entry.name}
        busy={rename.isPending}
        onClose={onClose}
        onName={(name) =>
          rename.mutate({ host, path: entry.path, to: joinPath(parentOf(entry.path), name) })
        }
      />
    );
  const folder = entry.type === 'folder';
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('files.deleteTitle', { name: entry.name })}
      consequences={t(folder ? 'files.deleteFolder' : 'files.deleteFile', {
        path: entry.path,
        host,
      })}
      verb={t('files.delete')}
      busy={remove.isPending}
      {...(folder ? { type: entry.name } : {})}
      onConfirm={() => remove.mutate({ host, path: entry.path, recursive: folder })}
    />
  );
}

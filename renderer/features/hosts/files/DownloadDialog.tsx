import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { useMutation } from '@tanstack/react-query';
import { fetchFile } from './browserFiles.ts';
import { knowsPaths } from './localPath.ts';
import { into } from './paths.ts';
import { startTransfer } from './transferStore.ts';

let lastFolder = '~/Downloads';

/** Where a file or folder of a host goes on the machine that Nexus runs on. */
export function DownloadDialog(props: { host: string; entry: RemoteEntry; onClose: () => void }) {
  const { t } = useTranslation('hosts');
  const { host, entry } = props;
  const [folder, setFolder] = useState(lastFolder);
  const target = folder.trim();
  const here = useMutation({
    mutationFn: () => fetchFile(host, entry.path),
    onSuccess: props.onClose,
  });
  const start = () => {
    lastFolder = target;
    startTransfer({ direction: 'download', host, from: entry.path, to: into(target) });
    props.onClose();
  };
  return (
    <FormDialog
      title={t('files.downloadTitle', { name: entry.name })}
      verb={t('files.download')}
      ready={target !== ''}
      onSubmit={start}
      onClose={props.onClose}
    >
      {!knowsPaths() && (
        <>
          <Button variant="primary" busy={here.isPending} onClick={() => here.mutate()}>
            {t(entry.type === 'folder' ? 'files.saveFolderHere' : 'files.saveHere')}
          </Button>
          <p className="text-xs text-muted">{t('files.orServer')}</p>
        </>
      )}
      <Field label={t('files.target')} help={t('files.targetHelp')}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            spellCheck={false}
            value={folder}
            onChange={(event) => setFolder(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

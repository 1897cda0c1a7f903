import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { into } from './paths.ts';
import { startTransfer } from './transferStore.ts';

let lastFolder = '~/Downloads';

/** Where a file or folder of a host goes on the machine that Nexus runs on. */
export function DownloadDialog(props: { host: string; entry: RemoteEntry; onClose: () => void }) {
  const { t } = useTranslation('hosts');
  const { host, entry } = props;
  const [folder, setFolder] = useState(lastFolder);
  const target = folder.trim();
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

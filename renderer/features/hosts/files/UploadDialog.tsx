import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Textarea } from '#renderer/ui/Input.tsx';
import { chosenFiles } from './droppedFiles.ts';
import { upload, uploadFromBrowser } from './DropZone.tsx';
import { knowsPaths, pathsOf } from './localPath.ts';

const EXAMPLE = '~/site';

/** Files and folders of the machine that Nexus runs on, by choice or by path. */
export function UploadDialog(props: { host: string; folder: string; onClose: () => void }) {
  const { t } = useTranslation(['hosts', 'ui']);
  const [text, setText] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  const paths = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  // On the desktop their paths are added to the list; from a browser they are on their way at once.
  const choose = (input: HTMLInputElement) => {
    const chosen = Array.from(input.files ?? []);
    input.value = '';
    if (knowsPaths()) return setText([...new Set([...paths, ...pathsOf(chosen)])].join('\n'));
    uploadFromBrowser(props.host, props.folder, chosenFiles(chosen));
    if (chosen.length > 0) props.onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('files.uploadTitle', { host: props.host })}
      description={t('files.uploadText', { folder: props.folder })}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            disabled={paths.length === 0}
            onClick={() => {
              upload(props.host, props.folder, paths);
              props.onClose();
            }}
          >
            {t('files.upload')}
          </Button>
        </>
      }
    >
      <div className="space-y-3 pb-2">
        {!knowsPaths() && (
          <>
            <Button variant="primary" onClick={() => chooser.current?.click()}>
              {t('files.chooseHere')}
            </Button>
            <p className="text-xs text-muted">{t('files.orServer')}</p>
          </>
        )}
        <Field label={t('files.sources')} help={t('files.sourcesHelp')}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              className="font-mono"
              placeholder={EXAMPLE}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {knowsPaths() && (
          <Button onClick={() => chooser.current?.click()}>{t('files.choose')}</Button>
        )}
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t('files.choose')}
          onChange={(event) => choose(event.target)}
        />
      </div>
    </Dialog>
  );
}

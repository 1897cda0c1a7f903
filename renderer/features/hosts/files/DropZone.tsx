import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toastError } from '#renderer/ui/toast.ts';
import { type Dropped, droppedFiles } from './droppedFiles.ts';
import { knowsPaths, pathsOf } from './localPath.ts';
import { into } from './paths.ts';
import { startTransfer } from './transferStore.ts';

/** Sends these files and folders of this machine into a folder of a host. */
export function upload(host: string, folder: string, paths: readonly string[]): void {
  for (const from of paths) startTransfer({ direction: 'upload', host, from, to: into(folder) });
}

/** Sends files and folders of this browser into a folder of a host. */
export function uploadFromBrowser(host: string, folder: string, dropped: readonly Dropped[]): void {
  for (const { name, files } of dropped)
    startTransfer({ direction: 'upload', host, from: name, to: into(folder), files });
}

const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Takes files and folders that are dropped on it and sends them; without a folder it takes none. */
export function DropZone(props: { host: string; folder: string | undefined; children: ReactNode }) {
  const { t } = useTranslation('hosts');
  const [over, setOver] = useState(false);
  const { host, folder } = props;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (folder === undefined) return;
    const paths = pathsOf(event.dataTransfer.files);
    if (knowsPaths()) upload(host, folder, paths);
    else
      droppedFiles(event.dataTransfer).then(
        (dropped) => uploadFromBrowser(host, folder, dropped),
        toastError,
      );
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button beside it does the same
    <div
      data-testid="drop-zone"
      className="relative min-h-0 flex-1 border-y border-border bg-surface-2"
      onDragEnter={(event) => {
        if (carriesFiles(event) && folder !== undefined) setOver(true);
      }}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        // Otherwise the window would go to the file.
        event.preventDefault();
        event.dataTransfer.dropEffect = folder === undefined ? 'none' : 'copy';
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      {props.children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex animate-fade flex-col items-center justify-center gap-2 rounded-card border-2 border-dashed border-accent bg-surface-2/90">
          <Upload className="size-6 text-accent" aria-hidden />
          <p className="text-sm font-medium">{t('files.drop', { folder, host })}</p>
        </div>
      )}
    </div>
  );
}

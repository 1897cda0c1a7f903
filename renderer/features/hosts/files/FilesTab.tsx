import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowUp, FolderOpen, FolderPlus, RefreshCw, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { DataTable } from '#renderer/ui/table/DataTable.tsx';
import { DownloadDialog } from './DownloadDialog.tsx';
import { DropZone } from './DropZone.tsx';
import { EntryDialogs, type EntryQuestion } from './EntryDialogs.tsx';
import { FileCard } from './FileCard.tsx';
import { parentOf } from './paths.ts';
import { PathTrail } from './PathTrail.tsx';
import { TransferList } from './TransferList.tsx';
import { useTransfers } from './transferStore.ts';
import { UploadDialog } from './UploadDialog.tsx';
import { useFileColumns } from './useFileColumns.tsx';

/** The files of a host: to look around, send, fetch, rename and delete. */
export function FilesTab({ host }: { host: string }) {
  const { t } = useTranslation('hosts');
  const search = useSearch({ from: '/hosts/$name' });
  const navigate = useNavigate({ from: '/hosts/$name' });
  const cache = useQueryClient();
  const may = useMay();
  const [question, setQuestion] = useState<EntryQuestion>();
  const [fetching, setFetching] = useState<RemoteEntry>();
  const [sending, setSending] = useState(false);
  const folder = useQuery(
    api.hosts.files.queryOptions({
      input: { host, path: search.path ?? '.' },
      staleTime: 0,
      placeholderData: keepPreviousData,
    }),
  );
  const arrived = useTransfers(
    ({ transfers }) =>
      transfers.filter(
        (one) => one.host === host && one.direction === 'upload' && one.state === 'done',
      ).length,
  );
  useEffect(() => {
    if (arrived > 0)
      void cache.invalidateQueries({ queryKey: api.hosts.files.key({ input: { host } }) });
  }, [arrived, cache, host]);
  const go = (path: string) => void navigate({ search: { tab: 'files', path } });
  const open = (entry: RemoteEntry) => {
    // A link may lead to a folder: the host knows.
    if (entry.type === 'folder' || entry.type === 'link') go(entry.path);
    else fetch(entry);
  };
  const admin = may('admin');
  // A device or a pipe has no end: it is no file to fetch.
  const fetch = (entry: RemoteEntry) => {
    if (admin && entry.type !== 'other') setFetching(entry);
  };
  const columns = useFileColumns({ onDownload: setFetching, onAsk: setQuestion });
  const path = folder.data?.path;
  if (folder.isPending) return <Skeleton lines={8} />;
  return (
    <div className="flex h-full min-h-80 flex-col">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <IconButton
          label={t('files.up')}
          disabled={path === undefined || path === '/'}
          onClick={() => path !== undefined && go(parentOf(path))}
        >
          <ArrowUp />
        </IconButton>
        <PathTrail key={path} path={path ?? search.path ?? '.'} onGo={go} />
        <span className="flex items-center gap-1">
          <IconButton
            label={t('files.reload')}
            busy={folder.isFetching}
            onClick={() => void folder.refetch()}
          >
            <RefreshCw />
          </IconButton>
          <IconButton
            label={t('files.makeFolder')}
            disabled={path === undefined || folder.isError}
            onClick={() => path !== undefined && setQuestion({ what: 'folder', path })}
          >
            <FolderPlus />
          </IconButton>
          {admin && (
            <Button
              variant="primary"
              icon={<Upload />}
              disabled={path === undefined || folder.isError}
              onClick={() => setSending(true)}
            >
              {t('files.upload')}
            </Button>
          )}
        </span>
      </div>
      <DropZone host={host} folder={admin && !folder.isError ? path : undefined}>
        {folder.isError ? (
          <ErrorState
            error={folder.error}
            meaning={t('files.failed')}
            onRetry={() => void folder.refetch()}
            action={
              search.path === undefined ? undefined : (
                <Button onClick={() => go('.')}>{t('files.home')}</Button>
              )
            }
          />
        ) : (
          <DataTable
            key={path}
            rows={folder.data.entries}
            rowKey={(entry) => entry.name}
            columns={columns}
            label={t('files.label', { path: path ?? '' })}
            onOpen={open}
            actions={[
              ...(admin ? [{ keys: 'd', label: t('files.download'), run: fetch }] : []),
              {
                keys: 'f2',
                label: t('files.rename'),
                run: (entry: RemoteEntry) => setQuestion({ what: 'rename', entry }),
              },
            ]}
            card={(entry) => (
              <FileCard entry={entry} onDownload={setFetching} onAsk={setQuestion} />
            )}
            empty={
              <EmptyState
                icon={<FolderOpen />}
                title={t('files.empty')}
                text={admin ? t('files.emptyText') : undefined}
              />
            }
          />
        )}
      </DropZone>
      <TransferList host={host} />
      <EntryDialogs host={host} question={question} onClose={() => setQuestion(undefined)} />
      {fetching && (
        <DownloadDialog host={host} entry={fetching} onClose={() => setFetching(undefined)} />
      )}
      {sending && path !== undefined && (
        <UploadDialog host={host} folder={path} onClose={() => setSending(false)} />
      )}
    </div>
  );
}

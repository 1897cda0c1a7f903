import { useQuery, useQueryClient } from '@tanstack/react-query';
import { PlugZap, SquareTerminal } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { useHostActions } from '../useHostActions.ts';
import { TestResult } from './TestResult.tsx';

/**
 * Tries the connection to a host. What the host's key or its login asks comes as a question above
 * it. To close it is to give up.
 */
export function TestDialog(props: { name: string; onClose: () => void; onEdit: () => void }) {
  const { t } = useTranslation(['hosts', 'ui']);
  const { name } = props;
  const may = useMay();
  const actions = useHostActions();
  const cache = useQueryClient();
  const test = useQuery(
    api.hosts.test.queryOptions({
      input: { name },
      // A test is not to be repeated by itself, nor remembered.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  );
  const ok = test.data?.ok === true && !test.isFetching;
  // The test measured the round trip, which nothing else tells.
  useEffect(() => {
    if (ok) void cache.invalidateQueries({ queryKey: api.hosts.health.key() });
  }, [ok, cache]);
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('test.title', { name })}
      footer={
        <>
          {!ok && may('admin') && (
            <Button variant="ghost" onClick={props.onEdit}>
              {t('edit')}
            </Button>
          )}
          <Button
            icon={<PlugZap />}
            busy={test.isFetching}
            onClick={() => void test.refetch({ cancelRefetch: true })}
          >
            {t('test.again')}
          </Button>
          {ok && (
            <Button
              icon={<SquareTerminal />}
              onClick={() => {
                props.onClose();
                actions.terminal(name);
              }}
            >
              {t('terminal')}
            </Button>
          )}
          <Button variant={ok ? 'primary' : 'secondary'} onClick={props.onClose}>
            {t('test.close')}
          </Button>
        </>
      }
    >
      <TestResult
        name={name}
        busy={test.isFetching}
        result={test.data}
        error={test.error}
        onRetry={() => void test.refetch()}
      />
    </Dialog>
  );
}

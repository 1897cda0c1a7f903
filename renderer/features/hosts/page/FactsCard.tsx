import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { formatMetric } from '#renderer/features/monitor/formatMetric.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import type { HostRow } from '../useHosts.ts';
import { FactList } from '#renderer/ui/FactList.tsx';

/** What a host says of itself. It is asked by itself only where a connection is open. */
export function FactsCard({ host }: { host: HostRow }) {
  const { t, i18n } = useTranslation('hosts');
  const may = useMay();
  const [wanted, setWanted] = useState(false);
  const connected = host.health?.state === 'connected';
  const operator = may('operator');
  const facts = useQuery(
    api.hosts.facts.queryOptions({
      input: { name: host.id },
      enabled: operator && (connected || wanted),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const known = facts.data?.facts;
  const bytes = (value: number | undefined) =>
    value === undefined ? undefined : formatMetric(value, 'bytes', i18n.language);
  const error = facts.error && toErrorShape(facts.error);
  return (
    <Card
      title={t('facts.title')}
      aside={
        known && (
          <IconButton
            label={t('facts.again')}
            size="icon-sm"
            busy={facts.isFetching}
            onClick={() => void facts.refetch()}
          >
            <RefreshCw />
          </IconButton>
        )
      }
    >
      {known && (
        <FactList
          facts={[
            [t('facts.hostname'), known.hostname],
            [t('facts.os'), known.os],
            [t('facts.kernel'), known.kernel],
            [t('facts.architecture'), known.architecture],
            [t('facts.cpus'), known.cpus],
            [t('facts.memory'), bytes(known.memory_bytes)],
            [
              t('facts.disk'),
              known.disk_bytes !== undefined && known.disk_free_bytes !== undefined
                ? t('facts.free', {
                    free: bytes(known.disk_free_bytes),
                    total: bytes(known.disk_bytes),
                  })
                : bytes(known.disk_bytes),
            ],
            [
              t('facts.uptime'),
              known.uptime_seconds === undefined
                ? undefined
                : formatMetric(known.uptime_seconds, 'seconds', i18n.language),
            ],
            [
              t('facts.addresses'),
              known.addresses && (
                <span className="font-mono text-xs">{known.addresses.join(', ')}</span>
              ),
            ],
            [t('facts.shell'), known.shell],
            [t('facts.python'), known.python],
          ]}
        />
      )}
      {facts.isFetching && !known && <Skeleton lines={4} />}
      {error && !facts.isFetching && (
        <p role="alert" className="mb-3 text-sm text-danger">
          <Prose text={error.message} />{' '}
          <span className="text-muted">
            <Prose text={error.hint ?? ''} />
          </span>
        </p>
      )}
      {!known && !facts.isFetching && (
        <div className="space-y-3">
          {!error && <p className="text-sm text-pretty text-muted">{t('facts.none')}</p>}
          {operator && (
            <Button
              size="sm"
              onClick={() => {
                setWanted(true);
                if (error) void facts.refetch();
              }}
            >
              {t('facts.read')}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { FoundHost, HostImport } from '#contract/hosts.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { addressOf } from '../address.ts';

const runsCommands = z.object({ places: z.array(z.string()) });

const tones: Record<FoundHost['change'], Tone> = {
  added: 'ok',
  updated: 'info',
  unchanged: 'neutral',
};

function Found({ host }: { host: FoundHost }) {
  const { t } = useTranslation('hosts');
  return (
    <li className="flex items-center gap-3 px-3 py-1 text-sm">
      <span className="min-w-0 flex-1 truncate font-medium">{host.name}</span>
      <span className="min-w-0 flex-[2] truncate font-mono text-xs text-muted">
        {[...host.jump, addressOf(host)].join(' → ')}
      </span>
      <span className="w-20 shrink-0">
        <Badge tone={tones[host.change]}>{t(`import.${host.change}`)}</Badge>
      </span>
    </li>
  );
}

function Warnings({ children }: { children: ReactNode }) {
  return (
    <div className="flex gap-2 rounded-control bg-warn/10 p-3 text-xs">
      <TriangleAlert className="size-4 shrink-0 text-warn" aria-hidden />
      <div className="min-w-0 space-y-1 break-words">{children}</div>
    </div>
  );
}

/** What an import would do, and what is wrong with the file. */
export function ImportPreview(props: {
  preview: {
    data: HostImport | undefined;
    error: Error | null;
    isFetching: boolean;
  };
  /** Lets the file's own commands run, after all. */
  onAllow: () => void;
}) {
  const { t } = useTranslation('hosts');
  const { data, error, isFetching } = props.preview;
  if (isFetching) return <Skeleton lines={4} />;
  const shape = error && toErrorShape(error);
  if (shape?.code === 'ssh.config_runs_commands') {
    const places = runsCommands.safeParse(shape.details).data?.places ?? [];
    return (
      <Warnings>
        <p className="font-medium">{t('import.commands')}</p>
        {places.map((place) => (
          <p key={place} className="font-mono">
            {place}
          </p>
        ))}
        <p>{t('import.commandsText')}</p>
        <Button size="sm" onClick={props.onAllow}>
          {t('import.allow')}
        </Button>
      </Warnings>
    );
  }
  if (error) return <ErrorState error={error} meaning={t('import.failed')} />;
  if (!data) return null;
  return (
    <div aria-live="polite" className="space-y-3">
      <h3 className="text-xs font-semibold text-muted">{t('import.preview')}</h3>
      {data.hosts.length === 0 ? (
        <p className="text-sm text-muted">{t('import.nothing')}</p>
      ) : (
        <ul className="max-h-64 divide-y divide-border overflow-y-auto rounded-control border border-border">
          {data.hosts.map((host) => (
            <Found key={host.name} host={host} />
          ))}
        </ul>
      )}
      {data.warnings.length > 0 && (
        <Warnings>
          {data.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Warnings>
      )}
    </div>
  );
}

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { HostImport } from '#contract/hosts.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Badge, type Tone } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';

const runsCommands = z.object({ places: z.array(z.string()) });

function Names(props: { tone: Tone; title: string; names: readonly string[] }) {
  if (props.names.length === 0) return null;
  return (
    <section className="flex items-start gap-3">
      <span className="w-28 shrink-0">
        <Badge tone={props.tone}>{props.title}</Badge>
      </span>
      <ul className="flex min-w-0 flex-wrap gap-x-3 font-mono text-xs leading-5">
        {props.names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
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
  const none = data.added.length + data.updated.length + data.unchanged.length === 0;
  return (
    <div aria-live="polite" className="space-y-3 rounded-control bg-surface-1 p-3">
      <h3 className="text-xs font-semibold text-muted">{t('import.preview')}</h3>
      {none && <p className="text-sm text-muted">{t('import.nothing')}</p>}
      <Names tone="ok" title={t('import.added')} names={data.added} />
      <Names tone="info" title={t('import.updated')} names={data.updated} />
      <Names tone="neutral" title={t('import.unchanged')} names={data.unchanged} />
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

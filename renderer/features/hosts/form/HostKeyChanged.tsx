import { useMutation } from '@tanstack/react-query';
import { ShieldX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ErrorShape } from '#contract/errors.ts';
import { api } from '#renderer/client/api.ts';
import { useMay } from '#renderer/client/useMay.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';

const keyDetails = z.object({
  known: z.array(z.string()).catch([]),
  offered: z.string().catch(''),
  files: z.array(z.string()).catch([]),
});

function Fingerprint({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-mono text-xs break-all">{value}</dd>
    </div>
  );
}

/**
 * The host shows another key than the known one: Nexus does not connect. Both fingerprints, and the
 * way to go on for whoever has checked them.
 */
export function HostKeyChanged(props: {
  name: string;
  error: ErrorShape;
  onForgotten: () => void;
}) {
  const { t } = useTranslation('hosts');
  const may = useMay();
  const { known, offered, files } = keyDetails.parse(props.error.details ?? {});
  const [asking, setAsking] = useState(false);
  const [elsewhere, setElsewhere] = useState(false);
  const forget = useMutation(
    api.hosts.forgetKey.mutationOptions({
      onSuccess: ({ forgotten }) => {
        setAsking(false);
        // What stands in a file of the person's own is theirs to change.
        setElsewhere(forgotten === 0);
        if (forgotten > 0) props.onForgotten();
      },
    }),
  );
  return (
    <div role="alert" className="space-y-3 rounded-control border border-danger/40 bg-danger/8 p-3">
      <p className="flex items-center gap-2 text-sm font-semibold text-danger">
        <ShieldX className="size-4 shrink-0" aria-hidden />
        {t('key.changed', { name: props.name })}
      </p>
      <p className="text-sm text-pretty">{t('key.changedText')}</p>
      <dl className="space-y-2">
        {known.map((one) => (
          <Fingerprint key={one} name={t('key.known')} value={one} />
        ))}
        <Fingerprint name={t('key.offered')} value={offered} />
        {files.length > 0 && <Fingerprint name={t('key.files')} value={files.join(', ')} />}
      </dl>
      {elsewhere && (
        <p className="text-sm text-pretty">{t('key.elsewhere', { files: files.join(', ') })}</p>
      )}
      {may('admin') && (
        <Button size="sm" variant="danger-ghost" onClick={() => setAsking(true)}>
          {t('key.forget')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('key.forgetTitle', { name: props.name })}
        consequences={t('key.forgetText')}
        verb={t('key.forget')}
        busy={forget.isPending}
        onConfirm={() => forget.mutate({ name: props.name })}
      />
    </div>
  );
}

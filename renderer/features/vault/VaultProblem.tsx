import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VaultStatus } from '#contract/vault.ts';
import { client } from '#renderer/client/api.ts';
import { said } from '#renderer/i18n/said.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { formatExact } from '#renderer/ui/time.ts';
import { toastDone } from '#renderer/ui/toast.ts';
import { FormError } from './FormError.tsx';
import { useSend } from './useSend.ts';
import { useTakeStatus } from './useVault.ts';

/** A file that must not be used as it is: what happened, and the generations that can be put back. */
export function VaultProblem({ status }: { status: VaultStatus }) {
  const { t, i18n } = useTranslation('vault');
  const take = useTakeStatus();
  const { busy, error, send } = useSend();
  const [key, setKey] = useState('');
  const [recovery, setRecovery] = useState(false);
  const acceptable = ['vault.rolled_back', 'vault.replaced'].includes(status.problem?.code ?? '');
  const choices = [
    ...status.generations.map((one) => ({
      value: String(one.generation),
      label: t('problem.generation', {
        generation: one.generation,
        at: formatExact(Date.parse(one.written_at), i18n.language),
      }),
    })),
    ...(acceptable ? [{ value: 'current', label: t('problem.current') }] : []),
  ];
  const [choice, setChoice] = useState(choices[0]?.value ?? '');
  const restore = () =>
    send(async () => {
      const now = await client.vault.restore({
        ...(recovery ? { identity: key } : { passphrase: key }),
        ...(choice === 'current' ? { accept_current: true } : { generation: Number(choice) }),
      });
      setKey('');
      take(now);
      toastDone(t('problem.done'));
    });
  return (
    <section className="mx-auto w-full max-w-lg space-y-4 px-6 py-8 max-narrow:px-4" role="alert">
      <span className="flex size-11 items-center justify-center rounded-full bg-danger/12 text-danger">
        <TriangleAlert className="size-5" aria-hidden />
      </span>
      <h2 className="text-lg font-semibold">{t('problem.title')}</h2>
      <p className="text-sm text-pretty">{status.problem && said(status.problem).message}</p>
      <p className="text-sm text-pretty text-muted">
        {choices.length > 0 ? t('problem.text') : t('problem.nothing')}
      </p>
      {choices.length > 0 && (
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (key !== '') restore();
          }}
        >
          <Field label={t('problem.which')}>
            {({ id }) => <Select id={id} value={choice} onChange={setChoice} options={choices} />}
          </Field>
          <Field label={t(recovery ? 'recoveryKey' : 'passphrase')}>
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            )}
          </Field>
          <FormError error={error} />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" variant="primary" busy={busy} disabled={key === ''}>
              {t('problem.verb')}
            </Button>
            <Button
              variant="ghost"
              onClick={() => {
                setKey('');
                setRecovery(!recovery);
              }}
            >
              {t(recovery ? 'unlock.usePassphrase' : 'unlock.useRecovery')}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

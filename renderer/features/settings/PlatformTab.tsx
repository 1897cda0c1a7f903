import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Settings, settings as settingsSchema } from '#contract/platform.ts';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { toastDone } from '#renderer/ui/toast.ts';

const numbers = [
  { key: 'retention_days', label: 'retentionDays', help: undefined, min: 1, max: 3650 },
  { key: 'retention_runs', label: 'retentionRuns', help: 'retentionHelp', min: 10, max: 1_000_000 },
  { key: 'max_parallel_steps', label: 'parallel', help: 'parallelHelp', min: 1, max: 1000 },
  { key: 'vault_idle_minutes', label: 'vaultIdle', help: 'vaultIdleHelp', min: 0, max: 10_080 },
  {
    key: 'terminal_scrollback',
    label: 'scrollback',
    help: 'scrollbackHelp',
    min: 100,
    max: 20_000,
  },
] as const;

function Form({ current, readOnly }: { current: Settings; readOnly: boolean }) {
  const { t } = useTranslation('settings');
  const cache = useQueryClient();
  // Only what was changed here: what others change meanwhile is shown, and not written over.
  const [edits, setEdits] = useState<Partial<Settings>>({});
  const draft: Settings = { ...current, ...edits };
  const change = Object.fromEntries(
    Object.entries(edits).filter(([key, value]) => value !== current[key as keyof Settings]),
  );
  const save = useMutation(
    api.settings.set.mutationOptions({
      onSuccess: (saved) => {
        cache.setQueryData(api.settings.get.queryKey({ input: {} }), saved);
        setEdits({});
        toastDone(t('platform.saved'));
      },
    }),
  );
  const set = (one: Partial<Settings>) => setEdits((old) => ({ ...old, ...one }));
  const valid = settingsSchema.safeParse(draft).success;
  const changed = Object.keys(change).length > 0;
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && changed) save.mutate(change);
      }}
    >
      {readOnly && <p className="text-sm text-warn">{t('platform.adminOnly')}</p>}
      <fieldset disabled={readOnly} className="space-y-5">
        <div className="max-w-xs">
          <Field label={t('platform.environment')} help={t('platform.environmentHelp')}>
            {(control) => (
              <Input
                {...control}
                maxLength={40}
                value={draft.environment}
                onChange={(event) => set({ environment: event.target.value })}
              />
            )}
          </Field>
        </div>
        {numbers.map((one) => {
          const value = draft[one.key];
          const bad = !Number.isInteger(value) || value < one.min || value > one.max;
          return (
            <div key={one.key} className="max-w-xs">
              <Field
                label={t(`platform.${one.label}`)}
                help={one.help && t(`platform.${one.help}`)}
                error={bad && t('platform.bad', { min: one.min, max: one.max })}
              >
                {(control) => (
                  <Input
                    {...control}
                    type="number"
                    min={one.min}
                    max={one.max}
                    className="tabular"
                    value={Number.isNaN(value) ? '' : value}
                    onChange={(event) => set({ [one.key]: event.target.valueAsNumber })}
                  />
                )}
              </Field>
            </div>
          );
        })}
        <Field label={t('platform.production')} help={t('platform.productionHelp')}>
          {({ id }) => (
            <div>
              <Switch
                id={id}
                disabled={readOnly}
                checked={draft['ssh.production_approval'] === 'on'}
                onChange={(on) => set({ 'ssh.production_approval': on ? 'on' : 'off' })}
              />
            </div>
          )}
        </Field>
        <Field label={t('platform.notifications')} help={t('platform.notificationsHelp')}>
          {({ id }) => (
            <div>
              <Switch
                id={id}
                disabled={readOnly}
                checked={draft.desktop_notifications}
                onChange={(desktop_notifications) => set({ desktop_notifications })}
              />
            </div>
          )}
        </Field>
        <Field label={t('platform.vaultScreen')} help={t('platform.vaultScreenHelp')}>
          {({ id }) => (
            <div>
              <Switch
                id={id}
                disabled={readOnly}
                checked={draft.vault_lock_with_screen}
                onChange={(vault_lock_with_screen) => set({ vault_lock_with_screen })}
              />
            </div>
          )}
        </Field>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!valid || !changed}>
          {t('platform.save')}
        </Button>
      </fieldset>
    </form>
  );
}

/** What holds for everybody: retention, parallelism, the environment's badge. */
export function PlatformTab() {
  const { data, error, refetch } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data || !me) return <Skeleton lines={6} />;
  return <Form current={data} readOnly={me.role !== 'admin'} />;
}

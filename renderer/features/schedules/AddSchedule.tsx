import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { FiringTime } from './FiringTime.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

type Kind = 'cron' | 'every' | 'at';
type Missed = 'none' | 'last' | 'all';

const examples = [
  { id: 'daily', cron: '0 3 * * *' },
  { id: 'weekdays', cron: '0 9 * * MON-FRI' },
  { id: 'quarter', cron: '*/15 * * * *' },
  { id: 'monthEnd', cron: '0 22 L * *' },
] as const;

// Made once: four hundred options are not looked at again with every letter typed.
const zoneList = (
  <datalist id="schedule-zones">
    {Intl.supportedValuesOf('timeZone').map((zone) => (
      <option key={zone}>{zone}</option>
    ))}
  </datalist>
);
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function Preview({
  spec,
}: {
  spec: { cron?: string; every?: string; at?: string; timezone: string };
}) {
  const { t } = useTranslation('schedules');
  const deferred = useDeferredValue(spec);
  const text = deferred.cron ?? deferred.every ?? deferred.at ?? '';
  const { data, error } = useQuery(
    api.schedules.next.queryOptions({
      input: { ...deferred, count: 5 },
      enabled: text !== '',
      placeholderData: keepPreviousData,
    }),
  );
  if (text === '') return <p className="text-sm text-muted">{t('form.typing')}</p>;
  if (error) {
    const shape = toErrorShape(error);
    return (
      <p role="alert" className="text-sm text-danger">
        <Prose text={shape.message} />{' '}
        <span className="text-muted">
          <Prose text={shape.hint ?? ''} />
        </span>
      </p>
    );
  }
  if (!data) return null;
  return (
    <div aria-live="polite">
      <p className="mb-1 text-sm font-medium">{wordsSaid(data)}</p>
      {data.next.length === 0 && <p className="text-sm text-muted">{t('details.none')}</p>}
      <ol className="divide-y divide-border">
        {data.next.map((at) => (
          <li key={at} className="py-1">
            <FiringTime at={at} zone={data.timezone} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A new schedule, with what it means shown while typing. */
export function AddSchedule(props: { workflow: string; onClose: () => void }) {
  const { t } = useTranslation(['schedules', 'ui']);
  const cache = useQueryClient();
  const workflows = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const [workflow, setWorkflow] = useState(props.workflow);
  const [kind, setKind] = useState<Kind>('cron');
  const [text, setText] = useState('');
  const [timezone, setTimezone] = useState(ownZone);
  const [missed, setMissed] = useState<Missed>('last');
  const trimmed = text.trim();
  const spec = { ...(trimmed === '' ? {} : { [kind]: trimmed }), timezone };
  const add = useMutation(
    api.schedules.add.mutationOptions({
      onSuccess: async () => {
        props.onClose();
        await cache.invalidateQueries({ queryKey: api.schedules.list.key() });
      },
    }),
  );
  const incomplete = workflow === '' || trimmed === '';
  const submit = () => {
    if (!incomplete && !add.isPending) add.mutate({ ...spec, workflow, missed });
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('add')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button variant="primary" busy={add.isPending} disabled={incomplete} onClick={submit}>
            {t('form.verb')}
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={t('form.workflow')}>
          {({ id }) => (
            <Select
              id={id}
              value={workflow}
              onChange={setWorkflow}
              options={(workflows.data?.workflows ?? []).map(({ name }) => ({
                value: name,
                label: name,
              }))}
            />
          )}
        </Field>
        <div className="grid grid-cols-[120px_1fr] gap-3">
          <Field label={t('form.kind')}>
            {({ id }) => (
              <Select
                id={id}
                value={kind}
                onChange={(next) => {
                  setKind(next);
                  setText('');
                }}
                options={(['cron', 'every', 'at'] as const).map((value) => ({
                  value,
                  label: t(`form.${value}`),
                }))}
              />
            )}
          </Field>
          <Field
            label={t(`form.${kind}Label`)}
            help={kind === 'at' ? undefined : t(`form.${kind}Help`)}
          >
            {(control) => (
              <Input
                {...control}
                type={kind === 'at' ? 'datetime-local' : 'text'}
                className={kind === 'at' ? '' : 'font-mono'}
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        </div>
        {kind === 'cron' && (
          <div role="group" aria-label={t('form.examples')} className="flex flex-wrap gap-1">
            {examples.map((example) => (
              <Button
                key={example.id}
                size="sm"
                variant="ghost"
                onClick={() => setText(example.cron)}
              >
                {t(`example.${example.id}`)}
              </Button>
            ))}
          </div>
        )}
        <div className="grid grid-cols-2 gap-3 max-narrow:grid-cols-1">
          <Field label={t('form.zone')}>
            {(control) => (
              <>
                <Input
                  {...control}
                  list="schedule-zones"
                  value={timezone}
                  onChange={(event) => setTimezone(event.target.value)}
                />
                {zoneList}
              </>
            )}
          </Field>
          <Field label={t('form.missed')}>
            {({ id }) => (
              <Select
                id={id}
                value={missed}
                onChange={setMissed}
                options={(['last', 'all', 'none'] as const).map((value) => ({
                  value,
                  label: t(`missed.${value}`),
                }))}
              />
            )}
          </Field>
        </div>
        <section className="rounded-control bg-surface-1 p-3">
          <h3 className="mb-1 text-xs font-semibold text-muted">{t('form.preview')}</h3>
          <Preview spec={spec} />
        </section>
        <button type="submit" hidden aria-label={t('form.verb')} />
      </form>
    </Dialog>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Play, ShieldAlert, Square } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { isProduction } from '../list/hostSearch.ts';
import type { HostRow } from '../useHosts.ts';
import { type CommandOptions, startCommand, stopCommand } from './commandStore.ts';
import { useTargets } from './useTargets.ts';
import { TargetLine } from './TargetLine.tsx';

// What is typed literally is the same in every language.
const EXAMPLES = { hosts: 'group:web and not tag:old', command: 'uptime' };

const number = (text: string, least: number, most: number) => {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

/** Null where nothing is said: the platform knows what is usual. */
const optional = (text: string, least: number, most: number) =>
  text.trim() === '' ? null : number(text, least, most);

/** What to run, and where. */
export function CommandForm(props: {
  hosts: string;
  onHosts: (hosts: string) => void;
  /** They have been typed: they may be kept in the address. */
  onKeep: () => void;
  all: readonly HostRow[];
  busy: boolean;
  initial: CommandOptions | undefined;
}) {
  const { t } = useTranslation('hosts');
  const { initial } = props;
  const targets = useTargets(props.hosts);
  const settings = useQuery(api.settings.get.queryOptions({ input: {} }));
  const [command, setCommand] = useState(initial?.command ?? '');
  const [parallel, setParallel] = useState(String(initial?.parallel ?? ''));
  const [timeout, setTimeout] = useState(
    initial?.timeout_ms === undefined ? '' : String(initial.timeout_ms / 1000),
  );
  const [retries, setRetries] = useState(String(initial?.retries ?? 0));
  const [strategy, setStrategy] = useState(initial?.strategy ?? 'all');
  const atOnce = optional(parallel, 1, 200);
  const again = number(retries, 0, 10);
  const seconds = optional(timeout, 1, 86_400);
  const names = targets.hosts?.map(({ name }) => name) ?? [];
  const production = targets.hosts?.filter((host) => isProduction(host.environment)) ?? [];
  const asks = production.length > 0 && settings.data?.['ssh.production_approval'] === 'on';
  const ready =
    command.trim() !== '' &&
    names.length > 0 &&
    targets.settled &&
    atOnce !== undefined &&
    again !== undefined &&
    seconds !== undefined;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready || props.busy) return;
    props.onKeep();
    void startCommand(props.hosts.trim(), names, {
      command,
      strategy,
      retries: again,
      ...(atOnce === null ? {} : { parallel: atOnce }),
      ...(seconds === null ? {} : { timeout_ms: seconds * 1000 }),
    });
  };
  const small = (
    label: string,
    value: string,
    set: (text: string) => void,
    ok: boolean,
    usual?: string,
  ) => (
    <Field label={label} error={ok ? undefined : t('command.number')}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          placeholder={usual}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={submit} className="space-y-3 px-6 pb-3 max-narrow:px-4">
      <div className="grid grid-cols-[2fr_3fr] gap-3 max-narrow:grid-cols-1">
        <div className="space-y-3">
          <Field label={t('command.hosts')}>
            {(control) => (
              <Input
                {...control}
                list="command-hosts"
                className="font-mono"
                placeholder={EXAMPLES.hosts}
                spellCheck={false}
                value={props.hosts}
                onChange={(event) => props.onHosts(event.target.value)}
                onBlur={props.onKeep}
              />
            )}
          </Field>
          <datalist id="command-hosts">
            <option>all</option>
            {[...new Set(props.all.flatMap(({ groups }) => groups))].sort().map((group) => (
              <option key={group}>{`group:${group}`}</option>
            ))}
            {[...new Set(props.all.flatMap(({ tags }) => tags))].sort().map((tag) => (
              <option key={tag}>{`tag:${tag}`}</option>
            ))}
          </datalist>
          <TargetLine targets={targets} typed={props.hosts.trim() !== ''} />
        </div>
        <Field label={t('command.command')} help={t('command.commandHelp')}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              className="font-mono"
              placeholder={EXAMPLES.command}
              spellCheck={false}
              value={command}
              onChange={(event) => setCommand(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
              }}
            />
          )}
        </Field>
      </div>
      {production.length > 0 && (
        <p className="flex items-start gap-2 rounded-control bg-danger/8 p-2 text-sm">
          <ShieldAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
          <span>
            {t('command.production', {
              count: production.length,
              names: production.map(({ name }) => name).join(', '),
            })}{' '}
            {t(asks ? 'command.asks' : 'command.noAsk')}
          </span>
        </p>
      )}
      <div className="flex flex-wrap items-start gap-3">
        <div className="grid min-w-0 flex-1 grid-cols-[minmax(150px,2fr)_repeat(3,minmax(90px,1fr))] gap-3 max-narrow:grid-cols-2">
          <Field label={t('command.strategy')}>
            {({ id }) => (
              <Select
                id={id}
                value={strategy}
                onChange={setStrategy}
                options={(['all', 'rolling', 'canary'] as const).map((value) => ({
                  value,
                  label: t(`command.strategies.${value}`),
                }))}
              />
            )}
          </Field>
          {small(
            t('command.parallel'),
            parallel,
            setParallel,
            atOnce !== undefined,
            strategy === 'rolling' ? '1' : '50',
          )}
          {small(
            t('command.timeout'),
            timeout,
            setTimeout,
            seconds !== undefined,
            t('command.none'),
          )}
          {small(t('command.retries'), retries, setRetries, again !== undefined)}
        </div>
        <div className="pt-6 max-narrow:w-full max-narrow:pt-0">
          {props.busy ? (
            <Button icon={<Square />} onClick={stopCommand}>
              {t('command.stop')}
            </Button>
          ) : (
            <Button variant="primary" type="submit" icon={<Play />} disabled={!ready}>
              {names.length > 0
                ? t('command.verb', { count: names.length })
                : t('command.verbNone')}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

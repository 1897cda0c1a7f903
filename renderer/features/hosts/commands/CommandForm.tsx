import { Play, Square } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Textarea } from '#renderer/ui/Input.tsx';
import type { HostRow } from '../useHosts.ts';
import { CommandHosts } from './CommandHosts.tsx';
import { CommandSettings } from './CommandSettings.tsx';
import { type CommandOptions, startCommand, stopCommand } from './commandStore.ts';
import { ProductionNotice } from './ProductionNotice.tsx';
import { useCommandOptions } from './useCommandOptions.ts';
import { useTargets } from './useTargets.ts';

// What is typed literally is the same in every language.
const EXAMPLE = 'uptime';

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
  const [command, setCommand] = useState(initial?.command ?? '');
  const form = useCommandOptions(initial);
  const names = targets.hosts?.map(({ name }) => name) ?? [];
  const { options } = form;
  const ready =
    command.trim() !== '' && names.length > 0 && targets.settled && options !== undefined;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready || props.busy) return;
    props.onKeep();
    void startCommand(props.hosts.trim(), names, { command, ...options });
  };
  return (
    <form onSubmit={submit} className="space-y-3 px-6 pb-3 max-narrow:px-4">
      <div className="grid grid-cols-[2fr_3fr] gap-3 max-narrow:grid-cols-1">
        <CommandHosts
          hosts={props.hosts}
          onHosts={props.onHosts}
          onKeep={props.onKeep}
          all={props.all}
          targets={targets}
        />
        <Field label={t('command.command')} help={t('command.commandHelp')}>
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              className="font-mono"
              placeholder={EXAMPLE}
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
      <ProductionNotice hosts={targets.hosts ?? []} />
      <div className="flex flex-wrap items-start gap-3">
        <CommandSettings form={form} />
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

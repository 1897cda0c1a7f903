import { useTranslation } from 'react-i18next';
import { Field } from '#renderer/ui/Field.tsx';
import { Input } from '#renderer/ui/Input.tsx';
import type { HostRow } from '../useHosts.ts';
import { TargetLine } from './TargetLine.tsx';
import type { Targets } from './useTargets.ts';

// What is typed literally is the same in every language.
const EXAMPLE = 'group:web and not tag:old';

/** Where a command is to run: an expression, with what the inventory offers for it and what it names. */
export function CommandHosts(props: {
  hosts: string;
  onHosts: (hosts: string) => void;
  onKeep: () => void;
  all: readonly HostRow[];
  targets: Targets;
}) {
  const { t } = useTranslation('hosts');
  return (
    <div className="space-y-3">
      <Field label={t('command.hosts')}>
        {(control) => (
          <Input
            {...control}
            list="command-hosts"
            className="font-mono"
            placeholder={EXAMPLE}
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
      <TargetLine targets={props.targets} typed={props.hosts.trim() !== ''} />
    </div>
  );
}

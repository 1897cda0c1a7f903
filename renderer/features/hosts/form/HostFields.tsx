import { useTranslation } from 'react-i18next';
import type { Host } from '#contract/hosts.ts';
import { Field, type FieldControl } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { isProduction } from '../list/hostSearch.ts';
import type { HostField, HostValues } from './hostForm.ts';
import { Toggle } from './Toggle.tsx';

interface HostFieldsProps {
  values: HostValues;
  /** The fields that cannot be sent as they are. */
  wrong: ReadonlySet<HostField>;
  /** The inventory: its groups, tags and names are offered. */
  known: readonly Host[];
  onChange: (change: Partial<HostValues>) => void;
}

type TextField = Exclude<HostField, 'acceptNew' | 'forwardAgent' | 'client'>;

const onDemand: readonly TextField[] = [
  'identity',
  'jump',
  'passwordSecret',
  'passphraseSecret',
  'proxyCommand',
  'notes',
];

const usual = ['production', 'staging', 'development'];

function Options({ id, options }: { id: string; options: readonly string[] }) {
  return (
    <datalist id={id}>
      {[...new Set(options)].sort().map((option) => (
        <option key={option}>{option}</option>
      ))}
    </datalist>
  );
}

/** The fields of a host: what everybody needs first, the rest on demand. */
export function HostFields(props: HostFieldsProps) {
  const { t } = useTranslation('hosts');
  const { values, wrong, known } = props;
  const text = (
    name: TextField,
    more: {
      help?: string;
      mono?: boolean;
      required?: boolean;
      placeholder?: string;
      list?: string;
      rows?: number;
    } = {},
  ) => (
    <Field
      label={t(`form.${name}`)}
      help={more.help}
      required={more.required ?? false}
      error={wrong.has(name) ? t(`form.wrong.${name}`) : undefined}
    >
      {(control: FieldControl) => {
        const shared = {
          ...control,
          className: more.mono ? 'font-mono' : '',
          placeholder: more.placeholder,
          spellCheck: name === 'notes',
          value: values[name],
        };
        const change = (value: string) => props.onChange({ [name]: value });
        return more.rows ? (
          <Textarea {...shared} rows={more.rows} onChange={(event) => change(event.target.value)} />
        ) : (
          <Input {...shared} list={more.list} onChange={(event) => change(event.target.value)} />
        );
      }}
    </Field>
  );
  return (
    <div className="space-y-4 pb-2">
      <div className="grid grid-cols-2 gap-x-3 gap-y-4 max-narrow:grid-cols-1">
        {text('name', { required: true, placeholder: 'web-1' })}
        {text('environment', {
          list: 'host-environments',
          help: isProduction(values.environment)
            ? t('form.productionHelp')
            : t('form.environmentHelp'),
        })}
        <div className="grid grid-cols-[1fr_96px] gap-3">
          {text('address', { required: true, mono: true, placeholder: 'web-1.example.org' })}
          {text('port', { mono: true })}
        </div>
        {text('user', { help: t('form.userHelp'), mono: true })}
        {text('groups', { help: t('form.groupsHelp') })}
        {text('tags', { help: t('form.tagsHelp') })}
      </div>
      <Options
        id="host-environments"
        options={[...usual, ...known.flatMap((host) => host.environment ?? [])]}
      />
      <Toggle
        label={t('form.acceptNew')}
        help={t('form.acceptNewHelp')}
        checked={values.acceptNew}
        onChange={(acceptNew) => props.onChange({ acceptNew })}
      />
      {/* What is wrong is to be seen: a closed part opens, and does not close over it. */}
      <details
        {...(onDemand.some((name) => wrong.has(name)) ? { open: true } : {})}
        className="group rounded-control border border-border"
      >
        <summary className="cursor-pointer px-3 py-2 text-sm font-medium select-none">
          {t('form.more')}
        </summary>
        <div className="space-y-4 px-3 pt-1 pb-4">
          {text('identity', { help: t('form.identityHelp'), mono: true, rows: 2 })}
          {text('jump', { help: t('form.jumpHelp'), mono: true })}
          <div className="grid grid-cols-2 gap-x-3 gap-y-4 max-narrow:grid-cols-1">
            {text('passwordSecret', { help: t('form.secretHelp'), mono: true })}
            {text('passphraseSecret', { help: t('form.secretHelp'), mono: true })}
            <Field label={t('form.client')} help={t('form.clientHelp')}>
              {({ id }) => (
                <Select
                  id={id}
                  value={values.client}
                  onChange={(client) => props.onChange({ client })}
                  options={(['auto', 'builtin', 'openssh'] as const).map((value) => ({
                    value,
                    label: t(`form.clients.${value}`),
                  }))}
                />
              )}
            </Field>
            {text('proxyCommand', { help: t('form.proxyCommandHelp'), mono: true })}
          </div>
          <Toggle
            label={t('form.forwardAgent')}
            help={t('form.forwardAgentHelp')}
            checked={values.forwardAgent}
            onChange={(forwardAgent) => props.onChange({ forwardAgent })}
          />
          {text('notes', { rows: 3 })}
        </div>
      </details>
    </div>
  );
}

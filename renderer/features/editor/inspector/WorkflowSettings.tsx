import { Plus, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { setWorkflow } from '../document/commands.ts';
import { intoList } from '../document/intoList.ts';
import { renameInput } from '../document/renameStep.ts';
import type { Path } from '../document/Source.ts';
import { together } from '../document/together.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { FormScopeContext } from './FormScope.ts';
import { Section } from './Section.tsx';
import {
  concurrencySchema,
  durationSchema,
  envSchema,
  inputSchema,
  triggersSchema,
} from './stepSchemas.ts';
import { useNames } from './useNames.ts';
import { ObjectForm, ValueControl } from './ValueField.tsx';
import { text } from './ValueProps.ts';

type Map_ = { [key: string]: Json };

function record(value: Json | undefined): Map_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function usePut() {
  const document = useDocument();
  return (path: Path, value: Json | undefined) =>
    document.run(setWorkflow(path, value), { key: `workflow.${path.join('.')}` });
}

const triggerKinds = ['schedule', 'webhook', 'workflow_completed', 'alert'] as const;
const triggerStarters: Record<(typeof triggerKinds)[number], Json> = {
  schedule: { cron: '0 3 * * *' },
  webhook: { path: 'my-hook', auth: { bearer: { secret: 'HOOK_TOKEN' } } },
  workflow_completed: { workflow: 'another-workflow' },
  alert: { severity: ['critical'] },
};

function Triggers({ value }: { value: Map_ }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const put = usePut();
  const list = (kind: string): Json[] => {
    const all = value[kind];
    return Array.isArray(all) ? all : all === undefined || all === null ? [] : [all];
  };
  const path = (kind: string, index: number): Path =>
    Array.isArray(value[kind]) ? ['on', kind, index] : ['on', kind];
  const schemaOf = (kind: string) => {
    const union = triggersSchema.properties?.[kind]?.anyOf?.[0] ?? {};
    return union;
  };
  const add = (kind: (typeof triggerKinds)[number]) => {
    const path = ['on', kind];
    const count = list(kind).length;
    const set = count === 0 ? setWorkflow(path, [triggerStarters[kind]]) : undefined;
    document.run(
      set ?? together(intoList(path), setWorkflow([...path, count], triggerStarters[kind])),
    );
  };
  const drop = (kind: string, index: number) => {
    const rest = list(kind).filter((_each, each) => each !== index);
    put(['on', kind], rest.length === 0 ? undefined : rest);
  };
  return (
    <FormScopeContext value={{ root: triggersSchema, step: undefined, names: useNames(undefined) }}>
      {triggerKinds.flatMap((kind) =>
        list(kind).map((trigger, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- triggers have no identity of their own
          <div key={`${kind} ${index}`} className="rounded-card border border-border p-3">
            <div className="mb-2 flex items-center">
              <h4 className="flex-1 text-sm font-semibold">{t(`trigger.${kind}`)}</h4>
              <IconButton
                size="icon-sm"
                label={t('form.removeKey', { key: t(`trigger.${kind}`) })}
                onClick={() => drop(kind, index)}
              >
                <Trash2 />
              </IconButton>
            </div>
            <ObjectForm
              schema={schemaOf(kind)}
              label={t(`trigger.${kind}`)}
              value={trigger}
              onChange={(next) => put(path(kind, index), next)}
            />
          </div>
        )),
      )}
      <div className="flex flex-wrap gap-1.5">
        {triggerKinds.map((kind) => (
          <Button
            key={kind}
            size="sm"
            icon={<Plus />}
            data-testid={`add-trigger-${kind}`}
            onClick={() => add(kind)}
          >
            {t(`trigger.${kind}`)}
          </Button>
        ))}
      </div>
    </FormScopeContext>
  );
}

function Inputs({ value }: { value: Map_ }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const put = usePut();
  const fresh = () => {
    let number = Object.keys(value).length + 1;
    while (`input_${number}` in value) number += 1;
    return `input_${number}`;
  };
  return (
    <FormScopeContext value={{ root: inputSchema, step: undefined, names: [] }}>
      {Object.entries(value).map(([name, definition]) => (
        <div
          key={name}
          className="rounded-card border border-border p-3"
          data-testid={`input-${name}`}
        >
          <div className="mb-2 flex items-center gap-1">
            <Input
              aria-label={t('workflow.inputName')}
              defaultValue={name}
              className="font-mono text-xs"
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
              onBlur={(event) => {
                const to = event.target.value.trim();
                if (to === name) return;
                const good = /^[A-Za-z_]\w*$/.test(to) && !Object.hasOwn(value, to);
                if (!good || !document.run(renameInput(name, to))) event.target.value = name;
              }}
            />
            <IconButton
              label={t('form.removeKey', { key: name })}
              onClick={() => put(['inputs', name], undefined)}
            >
              <Trash2 />
            </IconButton>
          </div>
          <ObjectForm
            schema={inputSchema}
            label={name}
            value={definition}
            onChange={(next) => put(['inputs', name], next ?? {})}
          />
        </div>
      ))}
      <Button
        size="sm"
        icon={<Plus />}
        data-testid="add-input"
        onClick={() => put(['inputs', fresh()], { type: 'string' })}
      >
        {t('workflow.addInput')}
      </Button>
    </FormScopeContext>
  );
}

function General({ value }: { value: Map_ }) {
  const { t } = useTranslation('editor');
  const put = usePut();
  return (
    <div className="space-y-3 px-3 py-3">
      <Field label={t('workflow.description')}>
        {(control) => (
          <Textarea
            {...control}
            className="min-h-16"
            value={typeof value.description === 'string' ? value.description : ''}
            onChange={(event) => put(['description'], event.target.value || undefined)}
          />
        )}
      </Field>
    </div>
  );
}

/** The workflow itself: what starts it, what it takes and gives, how it behaves. Shown when nothing is selected. */
export function WorkflowSettings() {
  const { t } = useTranslation('editor');
  const put = usePut();
  const source = useEditor((state) => state.source);
  const value = record(source.value);
  const names = useNames(undefined);
  const scope = useMemo(() => ({ root: {}, step: undefined, names }), [names]);
  const group = record(value.concurrency);
  return (
    <FormScopeContext value={scope}>
      <General value={value} />
      <Section title={t('section.triggers')} open testId="section-triggers" set={'on' in value}>
        <Triggers value={record(value.on)} />
      </Section>
      <Section
        title={t('section.inputs')}
        open={'inputs' in value}
        testId="section-inputs"
        set={'inputs' in value}
      >
        <Inputs value={record(value.inputs)} />
      </Section>
      <Section title={t('section.outputs')} testId="section-outputs" set={'outputs' in value}>
        <ValueControl
          schema={{ type: 'object' }}
          label={t('section.outputs')}
          value={value.outputs}
          onChange={(next) => put(['outputs'], next)}
        />
      </Section>
      <Section
        title={t('section.limits')}
        testId="section-limits"
        set={'concurrency' in value || 'timeout' in value}
      >
        <Field label={t('step.timeout')}>
          {(control) => (
            <ValueControl
              id={control.id}
              label={t('step.timeout')}
              schema={durationSchema}
              value={value.timeout}
              onChange={(next) => put(['timeout'], next)}
            />
          )}
        </Field>
        <fieldset className="space-y-2">
          <legend className="text-sm font-medium">{t('workflow.concurrency')}</legend>
          <p className="text-xs text-muted">{t('workflow.concurrencyHelp')}</p>
          <ObjectForm
            nested
            schema={concurrencySchema}
            label={t('workflow.concurrency')}
            value={typeof value.concurrency === 'string' ? { group: value.concurrency } : group}
            onChange={(next) => put(['concurrency'], withGroup(record(next), value))}
          />
        </fieldset>
        <Field label={t('step.onInterrupted')} help={t('step.onInterruptedHelp')}>
          {(control) => (
            <Select
              id={control.id}
              value={text(value.on_interrupted) || 'default'}
              placeholder={text(value.on_interrupted)}
              onChange={(picked) =>
                put(['on_interrupted'], picked === 'default' ? undefined : picked)
              }
              options={(['default', 'ask', 'retry', 'skip', 'fail'] as const).map((each) => ({
                value: each,
                label: t(`interrupted.${each}`),
              }))}
            />
          )}
        </Field>
      </Section>
      <Section title={t('section.env')} testId="section-env" set={'env' in value}>
        <ValueControl
          schema={envSchema}
          label={t('section.env')}
          value={value.env}
          onChange={(next) => put(['env'], next)}
        />
      </Section>
    </FormScopeContext>
  );
}

/** Limits need a group: the first key brings one along. Once there, it is the person's to empty and type anew. */
function withGroup(next: Map_, workflow: Map_): Json | undefined {
  if (Object.keys(next).length === 0) return undefined;
  const begun = Object.keys(record(workflow.concurrency)).length > 0;
  if (begun || 'group' in next) return next;
  return { group: typeof workflow.name === 'string' ? workflow.name : 'default', ...next };
}

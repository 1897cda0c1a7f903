import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Input, Textarea } from '#renderer/ui/Input.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { setNeeds, setStep } from '../document/commands.ts';
import type { GraphStep } from '../document/graph.ts';
import { at } from '../document/Plan.ts';
import { renameStep } from '../document/renameStep.ts';
import { reaches } from '../document/steps.ts';
import { useDocument, useEditor, useKind, useKinds } from '../store/context.ts';
import { ConditionEditor } from './ConditionEditor.tsx';
import { FormScopeContext } from './FormScope.ts';
import type { Schema } from './schema.ts';
import { Section } from './Section.tsx';
import { useNames } from './useNames.ts';
import { ObjectForm, ValueControl } from './ValueField.tsx';
import { durationSchema, envSchema, retrySchema } from './stepSchemas.ts';

/** The step as plain data, whatever shape it has. */
function useRaw(step: GraphStep): { [key: string]: Json } {
  const source = useEditor((state) => state.source);
  const raw = at(source.value, [step.list, step.index]);
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw : {};
}

function usePut(step: GraphStep) {
  const document = useDocument();
  return (path: readonly (string | number)[], value: Json | undefined) =>
    document.run(setStep(step.id, path, value), { key: `${step.id}.${path.join('.')}` });
}

function General({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const kinds = useKinds();
  const put = usePut(step);
  const uses = [...kinds.values()].map((kind) => ({ value: kind.kind, label: kind.title }));
  if (!kinds.has(step.uses))
    uses.unshift({ value: step.uses, label: step.uses || t('node.noKind') });
  return (
    <div className="space-y-3 px-3 py-3">
      <Field label={t('step.name')}>
        {(control) => (
          <Input
            {...control}
            data-testid="step-name"
            value={step.name ?? ''}
            placeholder={step.id}
            onChange={(event) => put(['name'], event.target.value || undefined)}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-2">
        <Field label={t('step.id')}>
          {(control) => (
            <Input
              {...control}
              key={step.id}
              data-testid="step-id"
              className="font-mono text-xs"
              defaultValue={step.id}
              onBlur={(event) => {
                const to = event.target.value.trim();
                if (to !== step.id && !document.run(renameStep(step.id, to)))
                  event.target.value = step.id;
              }}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
            />
          )}
        </Field>
        <Field label={t('step.uses')}>
          {(control) => (
            <Select
              id={control.id}
              value={step.uses}
              options={uses}
              onChange={(kind) => put(['uses'], kind)}
            />
          )}
        </Field>
      </div>
      {raw.note !== undefined && (
        <Field label={t('step.note')}>
          {(control) => (
            <Textarea
              {...control}
              value={step.note ?? ''}
              onChange={(event) => put(['note'], event.target.value || undefined)}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function Needs({ step }: { step: GraphStep }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const graph = useEditor((state) => state.graph);
  const others = graph.steps.filter((other) => other.list === step.list && other.id !== step.id);
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">{t('step.needs')}</legend>
      {others.length === 0 && <p className="text-xs text-muted">{t('step.needsNone')}</p>}
      <div className="max-h-40 space-y-0.5 overflow-y-auto">
        {others.map((other) => {
          const on = step.after.includes(other.id);
          const cycle = !on && reaches(graph, step.id, other.id);
          return (
            <label
              key={other.id}
              className="flex items-center gap-2 rounded px-1 py-0.5 text-sm has-disabled:opacity-50"
            >
              <input
                type="checkbox"
                className="accent-(--accent)"
                checked={on}
                disabled={cycle}
                onChange={() =>
                  document.run(
                    setNeeds(
                      step.id,
                      on ? step.after.filter((id) => id !== other.id) : [...step.after, other.id],
                    ),
                  )
                }
              />
              <span className="truncate">{other.name ?? other.id}</span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function OnError({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  const graph = useEditor((state) => state.graph);
  const value =
    step.goto === undefined
      ? raw.on_error === 'continue'
        ? 'continue'
        : 'fail'
      : `goto ${step.goto}`;
  const targets = graph.steps.filter((other) => other.list === step.list && other.id !== step.id);
  return (
    <Field label={t('step.onError')}>
      {(control) => (
        <Select
          id={control.id}
          value={value}
          onChange={(picked) =>
            put(
              ['on_error'],
              picked === 'fail'
                ? undefined
                : picked === 'continue'
                  ? 'continue'
                  : { goto: picked.slice(5) },
            )
          }
          options={[
            { value: 'fail', label: t('step.onErrorFail') },
            { value: 'continue', label: t('step.onErrorContinue') },
            ...targets.map((other) => ({
              value: `goto ${other.id}`,
              label: t('step.onErrorGoto', { step: other.name ?? other.id }),
            })),
          ]}
        />
      )}
    </Field>
  );
}

function Duration(props: {
  label: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  return (
    <Field label={props.label}>
      {(control) => (
        <ValueControl
          id={control.id}
          label={props.label}
          schema={durationSchema}
          value={props.value}
          onChange={props.onChange}
        />
      )}
    </Field>
  );
}

function Robustness({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  return (
    <Section
      title={t('section.robust')}
      testId="section-robust"
      set={['timeout', 'retry', 'on_error', 'on_interrupted'].some((key) => key in raw)}
    >
      <Duration
        label={t('step.timeout')}
        value={raw.timeout}
        onChange={(value) => put(['timeout'], value)}
      />
      <fieldset className="space-y-2">
        <legend className="text-sm font-medium">{t('step.retry')}</legend>
        <ObjectForm
          nested
          schema={retrySchema}
          label={t('step.retry')}
          value={raw.retry}
          onChange={(value) => put(['retry'], isEmpty(value) ? undefined : withAttempts(value))}
        />
      </fieldset>
      <OnError step={step} raw={raw} />
      <Field label={t('step.onInterrupted')} help={t('step.onInterruptedHelp')}>
        {(control) => (
          <Select
            id={control.id}
            value={typeof raw.on_interrupted === 'string' ? raw.on_interrupted : 'default'}
            onChange={(picked) =>
              put(['on_interrupted'], picked === 'default' ? undefined : picked)
            }
            options={(['default', 'ask', 'retry', 'skip', 'fail'] as const).map((value) => ({
              value,
              label: t(`interrupted.${value}`),
            }))}
          />
        )}
      </Field>
    </Section>
  );
}

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** A retry needs to say how often. */
function withAttempts(value: Json | undefined): Json {
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return 'attempts' in map ? map : { attempts: 3, ...map };
}

function Repetition({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const put = usePut(step);
  return (
    <Section title={t('section.foreach')} testId="section-foreach" set={'foreach' in raw}>
      <Field label={t('step.foreach')} help={t('step.foreachHelp')}>
        {(control) => (
          <ValueControl
            id={control.id}
            label={t('step.foreach')}
            schema={{}}
            value={raw.foreach}
            onChange={(value) => put(['foreach'], value)}
          />
        )}
      </Field>
      <Field label={t('step.maxParallel')}>
        {(control) => (
          <ValueControl
            id={control.id}
            label={t('step.maxParallel')}
            schema={{ type: 'integer' }}
            value={raw.max_parallel}
            onChange={(value) => put(['max_parallel'], value)}
          />
        )}
      </Field>
    </Section>
  );
}

function Rollback({ step, raw }: { step: GraphStep; raw: { [key: string]: Json } }) {
  const { t } = useTranslation('editor');
  const kinds = useKinds();
  const put = usePut(step);
  const rollback = raw.rollback;
  const map =
    typeof rollback === 'object' && rollback !== null && !Array.isArray(rollback)
      ? rollback
      : undefined;
  const uses = typeof map?.uses === 'string' ? map.uses : undefined;
  const schema = (uses === undefined ? undefined : kinds.get(uses)?.with) as Schema | undefined;
  return (
    <Section title={t('section.rollback')} testId="section-rollback" set={rollback !== undefined}>
      <Field label={t('step.rollback')} help={t('step.rollbackHelp')}>
        {(control) => (
          <Select
            id={control.id}
            value={rollback === true ? 'own' : (uses ?? 'none')}
            onChange={(picked) =>
              put(
                ['rollback'],
                picked === 'none' ? undefined : picked === 'own' ? true : { uses: picked },
              )
            }
            options={[
              { value: 'none', label: t('form.none') },
              { value: 'own', label: t('step.rollbackOwn') },
              ...[...kinds.values()].map((kind) => ({ value: kind.kind, label: kind.title })),
            ]}
          />
        )}
      </Field>
      {schema && (
        <FormScopeContext value={{ root: schema, step: step.id, names: [] }}>
          <ObjectForm
            schema={schema}
            label={t('section.rollback')}
            value={map?.with}
            onChange={(value) => put(['rollback', 'with'], value)}
          />
        </FormScopeContext>
      )}
    </Section>
  );
}

const nothing: Schema = {};

/** Everything a step can be told, as a form. */
export function StepSettings({ step }: { step: GraphStep }) {
  const { t } = useTranslation('editor');
  const raw = useRaw(step);
  const kind = useKind(step.uses);
  const names = useNames(step.id);
  const put = usePut(step);
  const [forced, setForced] = useState(false);
  const schema = (kind?.with ?? nothing) as Schema;
  const scope = useMemo(() => ({ root: schema, step: step.id, names }), [schema, step.id, names]);
  return (
    <FormScopeContext value={scope}>
      <General step={step} raw={raw} />
      <Section title={kind ? kind.title : t('section.with')} open testId="section-with">
        {kind ? (
          <ObjectForm
            schema={schema}
            label={kind.title}
            value={raw.with}
            onChange={(value) => put(['with'], isEmpty(value) ? undefined : value)}
          />
        ) : (
          <ValueControl
            schema={{}}
            label={t('section.with')}
            value={raw.with}
            onChange={(value) => put(['with'], value)}
          />
        )}
      </Section>
      <Section
        title={t('section.when')}
        testId="section-when"
        set={'if' in raw || 'needs' in raw}
        open={'if' in raw}
      >
        <ConditionEditor
          value={step.condition}
          forced={forced}
          onMode={setForced}
          onChange={(value) => put(['if'], value)}
        />
        <Needs step={step} />
      </Section>
      <Repetition step={step} raw={raw} />
      <Robustness step={step} raw={raw} />
      <Rollback step={step} raw={raw} />
      <Section title={t('section.env')} testId="section-env" set={'env' in raw}>
        <ValueControl
          schema={envSchema}
          label={t('section.env')}
          value={raw.env}
          onChange={(value) => put(['env'], value)}
        />
      </Section>
    </FormScopeContext>
  );
}

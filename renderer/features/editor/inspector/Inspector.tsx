import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, Pin, PinOff, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunStep } from '#contract/runs.ts';
import { said } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { RunLog } from '#renderer/features/runview/RunLog.tsx';
import { StepError } from '#renderer/features/runview/StepError.tsx';
import { StepItems } from '#renderer/features/runview/StepItems.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Elapsed } from '#renderer/ui/Elapsed.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { StatusBadge } from '#renderer/ui/StatusBadge.tsx';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import type { GraphStep } from '../document/graph.ts';
import { useDocument, useEditor, useRun, useRunStep } from '../store/context.ts';
import { StepSettings } from './StepSettings.tsx';
import { WorkflowSettings } from './WorkflowSettings.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

const tabs = ['settings', 'input', 'output', 'logs', 'history'] as const;
type Tab = (typeof tabs)[number];

function Problems({ step }: { step: string }) {
  const problems = useEditor((state) => state.problemsOf.get(step));
  if (!problems) return null;
  return (
    <ul
      className="space-y-1 border-b border-border bg-danger/8 px-3 py-2 text-xs"
      data-testid="step-problems"
    >
      {problems
        .map((one) => said(one))
        .map((problem) => (
          <li key={`${problem.code} ${problem.path?.join('.') ?? ''}`} className="flex gap-2">
            <CircleAlert className="mt-0.5 size-3.5 shrink-0 text-danger" aria-hidden />
            <span>
              <Prose text={problem.message} />
              {problem.hint && (
                <span className="block text-muted">
                  <Prose text={problem.hint} />
                </span>
              )}
            </span>
          </li>
        ))}
    </ul>
  );
}

function Nothing({ text }: { text: string }) {
  return <EmptyState compact title={text} />;
}

function Output(props: { id: string; run: RunStep | undefined; onLog: () => void }) {
  const { id, run, onLog } = props;
  const { t } = useTranslation('editor');
  const document = useDocument();
  const readOnly = useEditor((state) => state.readOnly);
  const pin = useEditor((state) => (Object.hasOwn(state.pins, id) ? state.pins[id] : undefined));
  const shown = pin ?? run?.outputs;
  return (
    <div className="space-y-3 p-3">
      {run?.error && <StepError error={run.error} onLog={onLog} />}
      {!readOnly && shown !== undefined && (
        <Button
          size="sm"
          icon={pin === undefined ? <Pin /> : <PinOff />}
          aria-pressed={pin !== undefined}
          data-testid="pin-outputs"
          onClick={() => document.pin(id, pin === undefined ? run?.outputs : undefined)}
        >
          {pin === undefined ? t('output.pin') : t('output.unpin')}
        </Button>
      )}
      {pin !== undefined && <p className="text-xs text-muted">{t('output.pinnedHelp')}</p>}
      {shown === undefined ? (
        !run?.error && <Nothing text={t('output.none')} />
      ) : (
        <JsonView value={shown} open={3} />
      )}
      {run?.items && run.items.length > 0 && <StepItems items={run.items} />}
      {run?.outputs_file && (
        <p className="text-xs text-muted">{t('output.file', { file: run.outputs_file })}</p>
      )}
    </div>
  );
}

function History({ id }: { id: string }) {
  const { t } = useTranslation('editor');
  const workflow = useEditor((state) => state.name);
  const { data } = useQuery(api.runs.list.queryOptions({ input: { workflow, limit: 20 } }));
  if (!data || data.items.length === 0) return <Nothing text={t('history.none')} />;
  return (
    <ul className="divide-y divide-border">
      {data.items.map((run) => (
        <li key={run.id}>
          <Link
            to="/runs/$id"
            params={{ id: run.id }}
            search={{ step: id }}
            className="flex items-center gap-2 px-3 py-2 text-sm hover:bg-surface-3"
          >
            <StatusBadge status={run.status} />
            <RelativeTime at={run.created_at} className="flex-1 text-muted" />
            <Elapsed from={run.started_at} to={run.ended_at} className="text-xs text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function StepHead({
  step,
  onRunFrom,
}: {
  step: GraphStep;
  onRunFrom?: ((id: string) => void) | undefined;
}) {
  const { t } = useTranslation('editor');
  const run = useRunStep(step.id);
  return (
    <header className="flex items-center gap-2 border-b border-border px-3 py-2">
      <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{step.name ?? step.id}</h2>
      {run && <StatusBadge status={run.status} />}
      {onRunFrom && (
        <Button
          size="sm"
          icon={<Play />}
          title={t('run.fromHelp')}
          data-testid="run-from-here"
          onClick={() => onRunFrom(step.id)}
        >
          {t('run.from')}
        </Button>
      )}
    </header>
  );
}

function StepInspector({
  step,
  onRunFrom,
}: {
  step: GraphStep;
  onRunFrom?: ((id: string) => void) | undefined;
}) {
  const { t } = useTranslation('editor');
  const readOnly = useEditor((state) => state.readOnly);
  const run = useRunStep(step.id);
  const runId = useRun((state) => state.run?.id);
  const live = useRun((state) => state.run?.ended_at === undefined);
  const [chosen, setTab] = useState<Tab>(readOnly ? 'output' : 'settings');
  const content: Record<Tab, React.ReactNode> = {
    settings: <StepSettings key={step.id} step={step} />,
    input:
      run?.inputs === undefined ? (
        <Nothing text={t('input.none')} />
      ) : (
        <JsonView value={run.inputs} open={3} className="p-3" />
      ),
    output: <Output id={step.id} run={run} onLog={() => setTab('logs')} />,
    logs:
      runId === undefined ? (
        <Nothing text={t('logs.none')} />
      ) : (
        <RunLog key={`${runId} ${step.id}`} run={runId} step={step.id} live={live} />
      ),
    history: <History id={step.id} />,
  };
  const shown = tabs.filter((tab) => !readOnly || tab !== 'settings');
  return (
    <>
      <StepHead step={step} onRunFrom={onRunFrom} />
      <Problems step={step.id} />
      <Tabs<Tab>
        className="min-h-0 flex-1"
        label={t('inspector.label')}
        value={chosen}
        onChange={setTab}
        items={shown.map((tab) => ({
          value: tab,
          label: t(`tab.${tab}`),
          content: (
            <div className="h-full overflow-y-auto" data-testid={`tab-${tab}`}>
              {tab === chosen && content[tab]}
            </div>
          ),
        }))}
      />
    </>
  );
}

/** What is selected, in full: a step, several, or the workflow itself. */
export function Inspector({ onRunFrom }: { onRunFrom?: (id: string) => void }) {
  const { t } = useTranslation('editor');
  const count = useEditor((state) => state.selection.length);
  const step = useEditor((state) =>
    state.selection.length === 1 ? state.steps.get(state.selection[0] ?? '') : undefined,
  );
  const name = useEditor((state) => state.name);
  const locked = useEditor((state) => state.stale && !state.readOnly);
  return (
    <aside
      aria-label={t('inspector.label')}
      data-testid="inspector"
      className="flex h-full min-h-0 flex-col bg-surface-2"
    >
      {step ? (
        <StepInspector step={step} onRunFrom={locked ? undefined : onRunFrom} />
      ) : count > 1 ? (
        <EmptyState title={t('inspector.several', { count })} text={t('inspector.severalText')} />
      ) : (
        <>
          <header className="border-b border-border px-3 py-2">
            <h2 className="truncate text-sm font-semibold">{name}</h2>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">
            <WorkflowSettings />
          </div>
        </>
      )}
    </aside>
  );
}

import { useParams, useSearch } from '@tanstack/react-router';
import { ReactFlowProvider } from '@xyflow/react';
import { CircleX } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useStore } from 'zustand';
import { said } from '#renderer/i18n/said.ts';
import { Canvas } from '#renderer/features/editor/canvas/Canvas.tsx';
import { CanvasBar } from '#renderer/features/editor/canvas/CanvasBar.tsx';
import { CanvasSearch } from '#renderer/features/editor/canvas/CanvasSearch.tsx';
import { StepListView } from '#renderer/features/editor/canvas/StepListView.tsx';
import { usePositions } from '#renderer/features/editor/canvas/usePositions.ts';
import { useKindMap } from '#renderer/features/editor/EditorPage.tsx';
import { useLiveRun } from '#renderer/features/editor/run/useLiveRun.ts';
import {
  DocumentContext,
  KindsContext,
  RunContext,
  useDocument,
  useEditor,
  useRun,
} from '#renderer/features/editor/store/context.ts';
import { EditorDocument } from '#renderer/features/editor/store/EditorDocument.ts';
import type { RunStore } from '#renderer/features/editor/store/runStore.ts';
import { Inspector } from '#renderer/features/editor/inspector/Inspector.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { JsonView } from '#renderer/ui/JsonView.tsx';
import { Sheet } from '#renderer/ui/Sheet.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { Tabs } from '#renderer/ui/Tabs.tsx';
import { useNarrow } from '#renderer/ui/useMedia.ts';
import { CompareRuns } from './CompareRuns.tsx';
import { ReplayBar } from './ReplayBar.tsx';
import { RunHeader } from './RunHeader.tsx';
import { RunHistory } from './RunHistory.tsx';
import { RunLog } from './RunLog.tsx';
import { RunNeeds } from './RunNeeds.tsx';
import { Timeline } from './Timeline.tsx';
import { useRunFrom } from './useRunFrom.tsx';
import { Prose } from '#renderer/ui/Prose.tsx';

const tabs = ['timeline', 'log', 'data', 'history'] as const;
type Tab = (typeof tabs)[number];

function Data() {
  const { t } = useTranslation('runview');
  const run = useRun((state) => state.run);
  if (!run) return null;
  const parts = [
    ['inputs', run.inputs],
    ['trigger', run.trigger.payload],
    ['outputs', run.outputs],
  ] as const;
  return (
    <div className="grid h-full grid-cols-3 gap-4 overflow-auto p-3 max-narrow:grid-cols-1">
      {parts.map(([name, value]) => (
        <section key={name}>
          <h3 className="mb-1 text-xs font-semibold text-muted">{t(`data.${name}`)}</h3>
          {value === undefined ? (
            <p className="text-sm text-muted">{t('data.none')}</p>
          ) : (
            <JsonView value={value} />
          )}
        </section>
      ))}
    </div>
  );
}

function Below() {
  const { t } = useTranslation('runview');
  const run = useRun((state) => state.run);
  const [tab, setTab] = useState<Tab>('timeline');
  const [other, setOther] = useState<string>();
  if (!run) return null;
  const content: Record<Tab, React.ReactNode> = {
    timeline: <Timeline />,
    log: <RunLog run={run.id} live={run.ended_at === undefined} />,
    data: <Data />,
    history: <RunHistory onCompare={setOther} />,
  };
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface-2">
      <Tabs<Tab>
        className="min-h-0 flex-1"
        label={t('tabs')}
        value={tab}
        onChange={setTab}
        items={tabs.map((value) => ({
          value,
          label: t(`tab.${value}`),
          content: <div className="h-full min-h-0">{value === tab && content[value]}</div>,
        }))}
      />
      <ReplayBar />
      {other !== undefined && (
        <CompareRuns a={other} b={run.id} onClose={() => setOther(undefined)} />
      )}
    </div>
  );
}

function RunError() {
  const { t } = useTranslation('runview');
  const document = useDocument();
  const told = useRun((state) => state.run?.error);
  const error = told && said(told);
  const step = useRun((state) => state.run?.at_step);
  if (!error) return null;
  return (
    <div
      role="alert"
      data-testid="run-error"
      className="flex shrink-0 items-center gap-2 border-b border-danger/35 bg-danger/8 px-3 py-1.5 text-sm"
    >
      <CircleX className="size-4 shrink-0 text-danger" aria-hidden />
      <span className="min-w-0 flex-1 truncate" title={error.message}>
        <Prose text={error.message.split('\n')[0] ?? ''} />
        {error.hint && (
          <span className="text-muted">
            {' '}
            <Prose text={error.hint} />
          </span>
        )}
      </span>
      {step !== undefined && (
        <Button size="sm" data-testid="show-step" onClick={() => document.select([step], 'list')}>
          {t('showStep', { step: document.state.steps.get(step)?.name ?? step })}
        </Button>
      )}
    </div>
  );
}

function Body({ step }: { step: string | undefined }) {
  const { t } = useTranslation(['runview', 'editor']);
  const document = useDocument();
  const narrow = useNarrow();
  const { ask: runFrom, dialog } = useRunFrom();
  const graph = useEditor((state) => state.graph);
  const selected = useEditor((state) => state.selection.length > 0);
  const { positions, settled } = usePositions(graph);
  useEffect(() => {
    if (step !== undefined && settled && document.state.steps.has(step))
      document.select([step], 'list');
  }, [document, settled, step]);
  const handle = 'bg-border transition-colors hover:bg-accent data-[separator=active]:bg-accent';
  if (narrow) {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="min-h-0 flex-1">
          <StepListView />
        </div>
        <div className="h-2/5 border-t border-border">
          <Below />
        </div>
        <Sheet
          open={selected}
          onOpenChange={(open) => !open && document.select([])}
          title={t('editor:inspector.label')}
        >
          <Inspector onRunFrom={runFrom} />
        </Sheet>
        {dialog}
      </div>
    );
  }
  return (
    <>
      {dialog}
      <Group orientation="vertical" className="min-h-0 flex-1">
        <Panel id="run-top" minSize="30%">
          <Group orientation="horizontal">
            <Panel id="run-canvas" minSize="320px">
              <div className="canvas-stage relative h-full min-h-0 bg-surface-1">
                <Canvas positions={positions} settled={settled} />
                <CanvasSearch />
                <CanvasBar />
              </div>
            </Panel>
            {selected && (
              <>
                <Separator aria-label={t('editor:resize')} className={`w-px ${handle}`} />
                <Panel id="run-step" defaultSize="400px" minSize="280px" maxSize="640px">
                  <Inspector onRunFrom={runFrom} />
                </Panel>
              </>
            )}
          </Group>
        </Panel>
        <Separator aria-label={t('editor:resize')} className={`h-px ${handle}`} />
        <Panel id="run-below" defaultSize="36%" minSize="120px">
          <Below />
        </Panel>
      </Group>
    </>
  );
}

function Loaded({ store, step }: { store: RunStore; step: string | undefined }) {
  const kinds = useKindMap();
  const run = useStore(store, (state) => state.run);
  const name = run?.workflow ?? '';
  const source = run?.source ?? '';
  const document = useMemo(
    () => new EditorDocument(name, source, { readOnly: true }),
    [name, source],
  );
  return (
    <DocumentContext value={document}>
      <KindsContext value={kinds}>
        <RunContext value={store}>
          <ReactFlowProvider>
            <div className="flex h-full min-h-0 flex-col" data-testid="run-page">
              <RunHeader />
              <RunError />
              <div className="flex min-h-0 flex-1 max-narrow:flex-col">
                <RunNeeds />
                <div className="flex min-h-0 min-w-0 flex-1 flex-col">
                  <Body step={step} />
                </div>
              </div>
            </div>
          </ReactFlowProvider>
        </RunContext>
      </KindsContext>
    </DocumentContext>
  );
}

function Watched({ id, step }: { id: string; step: string | undefined }) {
  const { store, stream } = useLiveRun(id);
  const known = useStore(store, (state) => state.run !== undefined);
  if (known) return <Loaded store={store} step={step} />;
  if (stream.state === 'failed') return <ErrorState error={stream.error} />;
  return <Skeleton lines={10} />;
}

/** One run: its graph with live status, what each step was given and gave, its log, its timeline, and its replay. */
function RunPage(props: { id?: string }) {
  const params = useParams({ strict: false });
  const search: { step?: unknown } = useSearch({ strict: false });
  const id = props.id ?? params.id ?? '';
  return (
    <Watched key={id} id={id} step={typeof search.step === 'string' ? search.step : undefined} />
  );
}

export default RunPage;

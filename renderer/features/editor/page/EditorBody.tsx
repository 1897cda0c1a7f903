import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { FilePlus2 } from 'lucide-react';
import { InputsDialog } from '#renderer/features/workflows/InputsDialog.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { Sheet } from '#renderer/ui/Sheet.tsx';
import { toastError } from '#renderer/ui/toast.ts';
import { useMedia, useNarrow } from '#renderer/ui/useMedia.ts';
import { Canvas } from '../canvas/Canvas.tsx';
import { CanvasBar } from '../canvas/CanvasBar.tsx';
import { CanvasSearch } from '../canvas/CanvasSearch.tsx';
import { askForStep } from '../canvas/canvasStore.ts';
import type { Positions } from '../canvas/quickLayout.ts';
import { StepListView } from '../canvas/StepListView.tsx';
import { usePositions } from '../canvas/usePositions.ts';
import { Inspector } from '../inspector/Inspector.tsx';
import { Palette } from '../palette/Palette.tsx';
import { QuickAdd } from '../palette/QuickAdd.tsx';
import { RunStrip } from '../run/RunStrip.tsx';
import { useLastRun, useLiveRun, useRunDetail } from '../run/useLiveRun.ts';
import { useStartRun } from '../run/useStartRun.ts';
import { RunContext, useDocument, useEditor } from '../store/context.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { YamlPane } from '../yaml/YamlPane.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { EditorHeader } from './EditorHeader.tsx';
import { ProblemList } from './ProblemList.tsx';
import { takeField } from './takeField.ts';
import { UnsavedGuard } from './UnsavedGuard.tsx';
import { useClipboard } from './useClipboard.ts';
import { useEditorKeys } from './useEditorKeys.ts';
import { useSave } from './useSave.ts';
import { useValidation } from './useValidation.ts';
import { setView, useView } from './viewStore.ts';

function Handle({ label }: { label: string }) {
  return (
    <Separator
      aria-label={label}
      className="w-px bg-border transition-colors hover:bg-accent data-[separator=active]:bg-accent"
    />
  );
}

function Empty() {
  const { t } = useTranslation('editor');
  const empty = useEditor(
    (state) => state.graph.steps.length === 0 && state.graph.notes.length === 0 && !state.stale,
  );
  if (!empty) return null;
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center [&_button]:pointer-events-auto">
      <EmptyState
        icon={<FilePlus2 />}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Button variant="primary" onClick={() => askForStep({ place: { list: 'steps' } })}>
            {t('add.title')}
          </Button>
        }
      />
    </div>
  );
}

function Stale() {
  const { t } = useTranslation('editor');
  const stale = useEditor((state) => state.stale);
  if (!stale) return null;
  return (
    <div
      role="status"
      data-testid="stale"
      className="absolute top-3 left-3 z-10 flex max-w-[calc(100%-24px)] items-center gap-2 rounded-card border border-warn/50 bg-surface-2 px-3 py-1.5 text-sm shadow-pop"
    >
      <span>{t('stale.text')}</span>
      <Button size="sm" onClick={() => setView({ yaml: true, problems: true })}>
        {t('stale.show')}
      </Button>
    </div>
  );
}

/** Says why an edit was refused. */
function useRefusals(): void {
  const refused = useEditor((state) => state.refused);
  useEffect(() => {
    if (refused) toastError({ code: 'editor.refused', message: refused.message, kind: 'user' });
  }, [refused]);
}

function Stage(props: {
  positions: Positions;
  settled: boolean;
  strip: boolean;
  onCloseRun: () => void;
}) {
  return (
    <div tabIndex={-1} className="canvas-stage relative h-full min-h-0 bg-surface-1 outline-none">
      <Canvas positions={props.positions} settled={props.settled} />
      <Empty />
      <Stale />
      {props.strip && <RunStrip onClose={props.onCloseRun} />}
      <CanvasSearch />
      <CanvasBar />
    </div>
  );
}

function Wide(props: { stage: React.ReactNode; inspector: React.ReactNode }) {
  const { t } = useTranslation('editor');
  const view = useView();
  // Without room for all panes, one of them leaves the canvas enough to work on.
  const tight = useMedia('(max-width: 999.98px)');
  const inspector = view.inspector && !(tight && view.yaml);
  return (
    <Group orientation="horizontal" className="min-h-0 flex-1">
      {!(tight && (inspector || view.yaml)) && (
        <>
          <Panel id="editor-palette-panel" defaultSize="212px" minSize="160px" maxSize="320px">
            <Palette />
          </Panel>
          <Handle label={t('resize')} />
        </>
      )}
      <Panel id="editor-canvas-panel" minSize="320px">
        {props.stage}
      </Panel>
      {view.yaml && (
        <>
          <Handle label={t('resize')} />
          <Panel id="editor-yaml-panel" defaultSize="420px" minSize="240px">
            <YamlPane />
          </Panel>
        </>
      )}
      {inspector && (
        <>
          <Handle label={t('resize')} />
          <Panel id="editor-inspector-panel" defaultSize="340px" minSize="280px" maxSize="560px">
            {props.inspector}
          </Panel>
        </>
      )}
    </Group>
  );
}

function Narrow(props: { stage: React.ReactNode; inspector: React.ReactNode }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const view = useView();
  const title = useEditor((state) =>
    state.selection.length === 1 ? state.steps.get(state.selection[0] ?? '')?.id : undefined,
  );
  return (
    <div className="min-h-0 flex-1">
      {view.yaml ? <YamlPane /> : view.graph ? props.stage : <StepListView />}
      <Sheet
        open={title !== undefined && !view.yaml}
        onOpenChange={(open) => !open && document.select([])}
        title={t('inspector.label')}
      >
        {props.inspector}
      </Sheet>
    </div>
  );
}

/** The editor around one document. */
export function EditorBody() {
  const document = useDocument();
  const narrow = useNarrow();
  const dirty = useEditor(isDirty);
  const name = useEditor((state) => state.name);
  const graph = useEditor((state) => state.graph);
  const { positions, settled } = usePositions(graph);
  const problems = useView((state) => state.problems);
  const [started, setStarted] = useState<string>();
  const last = useLastRun(name);
  const { store } = useLiveRun(started);
  useRunDetail(started === undefined ? last : undefined, store);
  const running = useStartRun(
    document,
    started ?? last,
    useCallback((id: string) => setStarted(id), []),
  );
  const saving = useSave(document);
  const onSave = () => {
    takeField();
    void saving.save();
  };
  const onRun = () => running.ask();
  useValidation(document);
  useRefusals();
  useClipboard(document, positions);
  useEditorKeys({ positions, onSave, onRun });
  const { conflict } = saving;
  const stage = (
    <Stage
      positions={positions}
      settled={settled}
      strip={started !== undefined}
      onCloseRun={() => setStarted(undefined)}
    />
  );
  const inspector = <Inspector onRunFrom={running.ask} />;
  return (
    <RunContext value={store}>
      <div className="flex h-full min-h-0 flex-col" data-testid="editor">
        <EditorHeader
          narrow={narrow}
          saving={saving.busy}
          running={running.busy}
          onSave={onSave}
          onRun={onRun}
        />
        {narrow ? (
          <Narrow stage={stage} inspector={inspector} />
        ) : (
          <Wide stage={stage} inspector={inspector} />
        )}
        {problems && <ProblemList />}
      </div>
      <QuickAdd />
      <UnsavedGuard dirty={dirty} name={name} onSave={() => saving.save()} />
      {running.asking && (
        <InputsDialog
          workflow={name}
          inputs={running.asking.inputs}
          busy={running.busy}
          onClose={running.close}
          onRun={(inputs) => void running.start(inputs, running.asking?.from)}
        />
      )}
      {conflict && (
        <ConflictDialog
          {...conflict}
          onClose={saving.clearConflict}
          onKeepMine={() => {
            saving.clearConflict();
            void saving.save(conflict);
          }}
          onTakeTheirs={(theirs) => {
            document.replace(theirs, conflict.hash);
            saving.clearConflict();
          }}
        />
      )}
    </RunContext>
  );
}

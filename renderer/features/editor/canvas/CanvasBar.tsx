import { useReactFlow } from '@xyflow/react';
import {
  ListTree,
  Maximize,
  Minus,
  Plus,
  PlusCircle,
  Redo2,
  Search,
  ShieldPlus,
  StickyNote,
  Undo2,
  WandSparkles,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { forgetPositions } from '../document/commands.ts';
import { addNote } from '../document/noteCommands.ts';
import { placeForNew } from '../palette/placeForNew.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { askForStep, useCanvas } from './canvasStore.ts';

const fitView = { padding: 0.15, maxZoom: 1, duration: 180 };

/** Adds a note in the middle of what is seen, ready to be written. */
export function useAddNote(): () => void {
  const document = useDocument();
  const { screenToFlowPosition } = useReactFlow();
  return () => {
    const pane = window.document.querySelector('.react-flow')?.getBoundingClientRect();
    const middle = pane
      ? { x: pane.left + pane.width / 2, y: pane.top + pane.height / 2 }
      : { x: 0, y: 0 };
    const { x, y } = screenToFlowPosition(middle);
    document.run(addNote({ text: '', x: x - 110, y: y - 48 }));
  };
}

/** What can be done on the canvas with the pointer; each has a key as well. */
export function CanvasBar({ onList }: { onList?: () => void }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const flow = useReactFlow();
  const readOnly = useEditor((state) => state.readOnly);
  const stale = useEditor((state) => state.stale);
  const canUndo = useEditor((state) => state.history.past.length > 0);
  const canRedo = useEditor((state) => state.history.future.length > 0);
  const placed = useEditor((state) => Object.keys(state.graph.positions).length > 0);
  const note = useAddNote();
  return (
    <div
      role="toolbar"
      aria-label={t('canvas.tools')}
      className="absolute bottom-3 left-3 z-10 flex items-center gap-0.5 rounded-card border border-border bg-surface-2 p-1 shadow-pop"
    >
      {!readOnly && (
        <>
          <IconButton
            label={t('add.title')}
            shortcut="a"
            size="icon-sm"
            disabled={stale}
            data-testid="canvas-add"
            onClick={() => askForStep({ place: placeForNew(document.state) })}
          >
            <PlusCircle />
          </IconButton>
          <IconButton
            label={t('add.onFailure')}
            size="icon-sm"
            disabled={stale}
            data-testid="canvas-add-on-failure"
            onClick={() => askForStep({ place: { list: 'on_failure' } })}
          >
            <ShieldPlus />
          </IconButton>
          <IconButton
            label={t('canvas.note')}
            shortcut="n"
            size="icon-sm"
            disabled={stale}
            onClick={note}
          >
            <StickyNote />
          </IconButton>
          <IconButton
            label={t('canvas.undo')}
            shortcut="mod+z"
            size="icon-sm"
            disabled={!canUndo}
            data-testid="undo"
            onClick={() => document.undo()}
          >
            <Undo2 />
          </IconButton>
          <IconButton
            label={t('canvas.redo')}
            shortcut="mod+shift+z"
            size="icon-sm"
            disabled={!canRedo}
            data-testid="redo"
            onClick={() => document.redo()}
          >
            <Redo2 />
          </IconButton>
          <IconButton
            label={t('canvas.tidy')}
            shortcut="l"
            size="icon-sm"
            disabled={stale || !placed}
            data-testid="tidy"
            onClick={() => document.run(forgetPositions())}
          >
            <WandSparkles />
          </IconButton>
          <span className="mx-0.5 h-5 w-px bg-border" />
        </>
      )}
      <IconButton
        label={t('canvas.search')}
        shortcut="mod+f"
        size="icon-sm"
        onClick={() => useCanvas.setState({ searching: true })}
      >
        <Search />
      </IconButton>
      <IconButton
        label={t('canvas.zoomOut')}
        shortcut="-"
        size="icon-sm"
        onClick={() => void flow.zoomOut({ duration: 120 })}
      >
        <Minus />
      </IconButton>
      <IconButton
        label={t('canvas.zoomIn')}
        shortcut="="
        size="icon-sm"
        onClick={() => void flow.zoomIn({ duration: 120 })}
      >
        <Plus />
      </IconButton>
      <IconButton
        label={t('canvas.fit')}
        shortcut="f"
        size="icon-sm"
        data-testid="fit"
        onClick={() => void flow.fitView(fitView)}
      >
        <Maximize />
      </IconButton>
      {onList && (
        <IconButton label={t('list.show')} size="icon-sm" onClick={onList}>
          <ListTree />
        </IconButton>
      )}
    </div>
  );
}

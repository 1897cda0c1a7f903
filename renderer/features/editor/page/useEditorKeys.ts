import { useReactFlow } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '#renderer/ui/shortcuts/useShortcuts.ts';
import { useAddNote } from '../canvas/CanvasBar.tsx';
import { askForStep, useCanvas } from '../canvas/canvasStore.ts';
import { focusCanvas } from '../canvas/focusCanvas.ts';
import type { Positions } from '../canvas/quickLayout.ts';
import { forgetPositions } from '../document/commands.ts';
import { placeForNew } from '../palette/placeForNew.ts';
import { useDocument } from '../store/context.ts';
import { deleteSelection, duplicateSelection } from './useClipboard.ts';
import { setView, useView } from './viewStore.ts';

const fitView = { padding: 0.15, maxZoom: 1, duration: 180 };

/** Every gesture of the editor by key. */
export function useEditorKeys(props: {
  positions: Positions;
  onSave: () => void;
  onRun: () => void;
}): void {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const flow = useReactFlow();
  const note = useAddNote();
  const add = () => !document.state.stale && askForStep({ place: placeForNew(document.state) });
  const modal = () => window.document.querySelector('[role="dialog"][data-modal]') !== null;
  const unless = (run: () => void) => () => {
    if (!modal()) run();
  };
  const remove = () => {
    deleteSelection(document);
    focusCanvas();
  };
  const all = () => document.select([...document.state.steps.keys()]);
  useShortcuts(t('keys.group'), [
    { keys: 'mod+s', label: t('save.verb'), run: unless(props.onSave) },
    { keys: 'mod+enter', label: t('run.verb'), run: unless(props.onRun) },
    { keys: 'mod+z', label: t('canvas.undo'), run: unless(() => document.undo()) },
    { keys: 'mod+shift+z', label: t('canvas.redo'), run: unless(() => document.redo()) },
    { keys: 'mod+y', label: t('canvas.redo'), run: unless(() => document.redo()) },
    {
      keys: 'mod+f',
      label: t('canvas.search'),
      run: unless(() => useCanvas.setState({ searching: true })),
    },
    { keys: 'a', label: t('add.title'), run: add },
    { keys: '/', label: t('add.title'), run: add },
    { keys: 'n', label: t('canvas.note'), run: note },
    { keys: 'l', label: t('canvas.tidy'), run: () => document.run(forgetPositions()) },
    { keys: 'f', label: t('canvas.fit'), run: () => void flow.fitView(fitView) },
    { keys: '=', label: t('canvas.zoomIn'), run: () => void flow.zoomIn({ duration: 120 }) },
    { keys: '-', label: t('canvas.zoomOut'), run: () => void flow.zoomOut({ duration: 120 }) },
    { keys: 'y', label: t('yaml.toggle'), run: () => setView({ yaml: !useView.getState().yaml }) },
    {
      keys: 'i',
      label: t('inspector.toggle'),
      run: () => setView({ inspector: !useView.getState().inspector }),
    },
    {
      keys: 'd',
      label: t('canvas.duplicate'),
      run: () => duplicateSelection(document, props.positions),
    },
    { keys: 'Delete', label: t('canvas.delete'), run: remove },
    { keys: 'Backspace', label: t('canvas.delete'), run: remove },
    { keys: 'Escape', label: t('canvas.deselect'), run: () => document.select([]) },
    { keys: 'shift+a', label: t('canvas.all'), run: all },
    // Listed only: the fields themselves do it.
    { keys: 'Escape Tab', label: t('keys.leaveCode'), run: () => undefined },
  ]);
}

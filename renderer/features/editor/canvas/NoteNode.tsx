import { type Node, type NodeProps, NodeResizer, type OnResizeEnd } from '@xyflow/react';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { changeNote } from '../document/noteCommands.ts';
import { NOTE } from '../store/EditorDocument.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { useCanvas } from './canvasStore.ts';

export type NoteNodeType = Node<Record<string, never>, 'note'>;

/** A note on the canvas: double click (or Enter) writes, the corner resizes. */
export const NoteNode = memo(function NoteNode({ id, selected }: NodeProps<NoteNodeType>) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const noteId = id.slice(NOTE.length);
  const text = useEditor(
    (state) => state.graph.notes.find((note) => note.id === noteId)?.text ?? '',
  );
  const readOnly = useEditor((state) => state.readOnly);
  const [fresh, setFresh] = useState(text === '');
  const asked = useCanvas((state) => state.writing === id);
  const writing = fresh || asked;
  const frame = useRef<HTMLDivElement>(null);
  const close = () => {
    setFresh(false);
    useCanvas.setState({ writing: undefined });
  };
  // As it is typed: what stands in the field only would be lost with the window, and a save would miss it.
  const put = (typed: string) =>
    void document.run(changeNote(noteId, { text: typed }), { key: `${id}.text` });
  const onResizeEnd: OnResizeEnd = (_event, { x, y, width, height }) => {
    document.run(changeNote(noteId, { x, y, width, height }));
  };
  return (
    <div
      ref={frame}
      data-testid={`note-${noteId}`}
      onDoubleClick={() => !readOnly && useCanvas.setState({ writing: id })}
      className={cn(
        'h-full min-h-16 w-full min-w-40 rounded-card border border-warn/35 bg-warn/10 p-2.5 text-sm text-text',
        selected && 'ring-2 ring-accent/35',
      )}
    >
      {!readOnly && (
        <NodeResizer
          isVisible={selected}
          minWidth={160}
          minHeight={64}
          onResizeEnd={onResizeEnd}
          lineClassName="!border-transparent"
          handleClassName="!size-2 !rounded-sm !border-accent !bg-surface-2"
        />
      )}
      {writing && !readOnly ? (
        <textarea
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to be written in
          autoFocus
          aria-label={t('note.label')}
          defaultValue={text}
          placeholder={t('note.placeholder')}
          className="nodrag nopan h-full w-full resize-none bg-transparent outline-none"
          onChange={(event) => put(event.target.value)}
          onBlur={(event) => {
            close();
            put(event.target.value || t('note.empty'));
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.currentTarget.blur();
              frame.current?.closest<HTMLElement>('.react-flow__node')?.focus();
            }
            // Saving and running work from here; undo is the field's own.
            const mod = event.ctrlKey || event.metaKey;
            if (!mod || /^[zy]$/i.test(event.key)) event.stopPropagation();
          }}
        />
      ) : (
        <p className="break-words whitespace-pre-wrap">{text}</p>
      )}
    </div>
  );
});

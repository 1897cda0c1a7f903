import { act } from '@testing-library/react';
import { ORPCError } from '@orpc/client';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setWorkflow } from '../document/commands.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { ConflictDialog } from './ConflictDialog.tsx';
import { UnsavedGuard } from './UnsavedGuard.tsx';
import { useSave } from './useSave.ts';

export const text = 'name: w # mine\n';

const refused = (code: string, status = 409) =>
  new ORPCError('CONFLICT', {
    status,
    message: 'Not like that.',
    data: { code, message: 'Not like that.', kind: 'user' },
  });

const detail = (source: string, hash: string) => ({
  workflow: {
    name: 'w',
    tags: [],
    file: 'w.yaml',
    modified_at: '2026-03-01T10:00:00.000Z',
    valid: true,
    problems: [],
    steps: 0,
    triggers: [],
    enabled: true,
    source,
    hash,
  },
});

/** What the page does about saving, with a button for it. */
export function Saving() {
  const document = useDocument();
  const dirty = useEditor(isDirty);
  const { save, busy, conflict, clearConflict } = useSave(document);
  return (
    <>
      <button type="button" aria-busy={busy} onClick={() => void save()}>
        save
      </button>
      <UnsavedGuard dirty={dirty} name="w" onSave={() => save()} />
      {conflict && (
        <ConflictDialog
          {...conflict}
          onClose={clearConflict}
          onKeepMine={() => {
            clearConflict();
            void save(conflict);
          }}
          onTakeTheirs={(theirs) => {
            document.replace(theirs, conflict.hash);
            clearConflict();
          }}
        />
      )}
    </>
  );
}

/** A platform that saves as the real one does: only on top of what it has, and a new file only where there is none. */
export function disk() {
  const file = { source: text, hash: 'h0', saves: 0, gone: false };
  const handlers = {
    'workflows.save': ({ input }: { input: { source: string; base_hash?: string } }) => {
      const { base_hash: base } = input;
      if (base === undefined && !file.gone) throw refused('workflow.exists');
      if (base !== undefined && (file.gone || base !== file.hash))
        throw refused('workflow.changed');
      file.saves += 1;
      file.gone = false;
      file.source = input.source;
      file.hash = `h${file.saves}`;
      return detail(file.source, file.hash);
    },
    'workflows.get': () => {
      if (file.gone) throw refused('workflow.not_found', 404);
      return detail(file.source, file.hash);
    },
    'workflows.list': () => ({ workflows: [] }),
  };
  return { file, handlers: handlers as never };
}

/** Opens a workflow in which something was changed. */
export async function openChanged(handlers: never) {
  const shown = await renderInEditor(<Saving />, { text, handlers });
  act(() => void shown.document.run(setWorkflow(['description'], 'new')));
  return shown;
}

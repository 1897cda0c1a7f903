import { useEffect } from 'react';
import { isTyping } from '../canvas/isTyping.ts';
import type { Positions } from '../canvas/quickLayout.ts';
import { copy, paste, readClipboard } from '../document/clipboard.ts';
import { deleteSteps } from '../document/commands.ts';
import { deleteNotes } from '../document/noteCommands.ts';
import { together } from '../document/together.ts';
import { type EditorDocument, NOTE } from '../store/EditorDocument.ts';

/** What is selected, as the clipboard's text; undefined when nothing is. */
export function copySelection(document: EditorDocument, positions: Positions): string | undefined {
  const { selection, source, stale } = document.state;
  if (stale || selection.length === 0) return undefined;
  const notes = selection.filter((id) => id.startsWith(NOTE)).map((id) => id.slice(NOTE.length));
  const steps = selection.filter((id) => !id.startsWith(NOTE));
  return copy(source, steps, notes, positions as Record<string, [number, number]>);
}

/** Deletes what is selected, as one gesture. */
export function deleteSelection(document: EditorDocument): void {
  const { selection } = document.state;
  const notes = selection.filter((id) => id.startsWith(NOTE)).map((id) => id.slice(NOTE.length));
  const steps = selection.filter((id) => !id.startsWith(NOTE));
  if (selection.length > 0) document.run(together(deleteSteps(steps), deleteNotes(notes)));
}

/** Copies what is selected right beside itself. */
export function duplicateSelection(document: EditorDocument, positions: Positions): void {
  const content = readClipboard(copySelection(document, positions) ?? '');
  if (content) document.run(paste(content));
}

/** Copy, cut and paste on the canvas through the real clipboard, so that it works across workflows and windows. */
export function useClipboard(document: EditorDocument, positions: Positions): void {
  useEffect(() => {
    const busy = (event: ClipboardEvent) =>
      event.defaultPrevented ||
      isTyping(event.target) ||
      (window.getSelection()?.toString() ?? '') !== '';
    const onCopy = (event: ClipboardEvent) => {
      const text = busy(event) ? undefined : copySelection(document, positions);
      if (text === undefined || !event.clipboardData) return;
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
      if (event.type === 'cut' && !document.state.readOnly) deleteSelection(document);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const content = readClipboard(event.clipboardData?.getData('text/plain') ?? '');
      if (!content || document.state.readOnly) return;
      event.preventDefault();
      const here = content.steps.every((step) => document.state.steps.has(step.id));
      document.run(paste(content, { foreign: !here }));
    };
    window.document.addEventListener('copy', onCopy);
    window.document.addEventListener('cut', onCopy);
    window.document.addEventListener('paste', onPaste);
    return () => {
      window.document.removeEventListener('copy', onCopy);
      window.document.removeEventListener('cut', onCopy);
      window.document.removeEventListener('paste', onPaste);
    };
  }, [document, positions]);
}

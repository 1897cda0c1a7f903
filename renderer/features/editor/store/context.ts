import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { RunStep } from '#contract/runs.ts';
import type { KindInfo } from '#contract/workflows.ts';
import type { EditorDocument, EditorState } from './EditorDocument.ts';
import { type RunState, runStore } from './runStore.ts';

const nothing = runStore();

export const DocumentContext = createContext<EditorDocument | null>(null);
export const KindsContext = createContext<ReadonlyMap<string, KindInfo>>(new Map());
export const RunContext = createContext(nothing);

/** The opened document. */
export function useDocument(): EditorDocument {
  const document = useContext(DocumentContext);
  if (!document) throw new Error('there is no document around this component');
  return document;
}

/** A part of the document's state. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useDocument().store, selector);
}

/** What is known of the kind of a step. */
export function useKind(uses: string): KindInfo | undefined {
  return useContext(KindsContext).get(uses);
}

export function useKinds(): ReadonlyMap<string, KindInfo> {
  return useContext(KindsContext);
}

/** A part of the run that is shown on the canvas. */
export function useRun<T>(selector: (state: RunState) => T): T {
  return useStore(useContext(RunContext), selector);
}

/** One step of that run; a change of another step does not wake the caller. */
export function useRunStep(id: string): RunStep | undefined {
  return useRun((state) => (Object.hasOwn(state.steps, id) ? state.steps[id] : undefined));
}

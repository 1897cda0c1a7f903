import { useCallback, useRef, useState } from 'react';
import type { Json } from '#contract/common.ts';
import { inputDefinition, type InputDefinition } from '#contract/workflow.ts';
import { client } from '#renderer/client/api.ts';
import { toastError } from '#renderer/ui/toast.ts';
import { at } from '../document/Plan.ts';
import { type EditorDocument, isDirty } from '../store/EditorDocument.ts';

/** The inputs that the text on the screen declares; those of a wrong shape are left to the platform. */
export function declaredInputs(value: Json): Record<string, InputDefinition> {
  const inputs = at(value, ['inputs']);
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) return {};
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, raw]) => {
      const read = inputDefinition.safeParse(raw);
      return read.success ? [[name, read.data] as const] : [];
    }),
  );
}

export interface Asking {
  inputs: Record<string, InputDefinition>;
  from: string | undefined;
}

/**
 * Starts a run of what is on the screen, saved or not, and hands its id to `onStarted`. With
 * `from`, it starts at that step and takes the rest from pins and the last run.
 */
export function useStartRun(
  document: EditorDocument,
  lastRun: string | undefined,
  onStarted: (id: string) => void,
) {
  const [asking, setAsking] = useState<Asking>();
  const [busy, setBusy] = useState(false);
  const starting = useRef(false);
  const start = useCallback(
    async (inputs: Record<string, Json>, from: string | undefined) => {
      // A key that is held down asks again and again; one run is what was meant.
      if (starting.current) return;
      starting.current = true;
      setBusy(true);
      const { name, pins } = document.state;
      try {
        const { run } = await client.runs.start({
          name,
          inputs,
          ...(isDirty(document.state) ? { source: document.text } : {}),
          ...(from === undefined ? {} : { from_step: from }),
          ...(from !== undefined && lastRun !== undefined ? { from_run: lastRun } : {}),
          ...(Object.keys(pins).length === 0 ? {} : { pinned: pins }),
        });
        setAsking(undefined);
        onStarted(run.id);
      } catch (error) {
        toastError(error);
      } finally {
        starting.current = false;
        setBusy(false);
      }
    },
    [document, lastRun, onStarted],
  );
  const ask = useCallback(
    (from?: string) => {
      const inputs = declaredInputs(document.state.source.value);
      if (Object.keys(inputs).length === 0) void start({}, from);
      else setAsking({ inputs, from });
    },
    [document, start],
  );
  return { asking, busy, ask, start, close: () => setAsking(undefined) };
}

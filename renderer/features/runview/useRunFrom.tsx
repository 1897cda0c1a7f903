import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import { client } from '#renderer/client/api.ts';
import { at } from '#renderer/features/editor/document/Plan.ts';
import { InputsDialog } from '#renderer/features/workflows/InputsDialog.tsx';
import { declaredInputs } from '#renderer/features/editor/run/useStartRun.ts';
import { useDocument, useRun } from '#renderer/features/editor/store/context.ts';
import { toastError } from '#renderer/ui/toast.ts';

// Asterisks are no value to run with: an input that is called secret is shown as nothing else, and
// of any other a secret's value is.
const isHidden = (definition: InputDefinition | undefined, value: Json | undefined) =>
  definition?.secret === true || JSON.stringify(value)?.includes('***') === true;

/**
 * Starts a new run at a step, taking what came before from this one. Secret inputs were never
 * written down in clear, so they are asked for again.
 */
export function useRunFrom(): { ask: (step: string) => void; dialog: ReactNode } {
  const navigate = useNavigate();
  const document = useDocument();
  const run = useRun((state) => state.run);
  const [asking, setAsking] = useState<{ step: string; inputs: Record<string, InputDefinition> }>();
  const start = (step: string, more: Record<string, Json>) => {
    if (!run) return;
    const known = at(run.inputs, []);
    const values =
      typeof known === 'object' && known !== null && !Array.isArray(known) ? known : {};
    const declared = declaredInputs(document.state.source.value);
    const open = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => !isHidden(declared[name], value)),
    );
    client.runs
      .start({
        name: run.workflow,
        inputs: { ...open, ...more },
        from_step: step,
        from_run: run.id,
        source: run.source,
      })
      .then((started) => navigate({ to: '/runs/$id', params: { id: started.run.id } }))
      .catch(toastError);
  };
  const ask = (step: string) => {
    const declared = Object.entries(declaredInputs(document.state.source.value));
    const inputs = Object.fromEntries(
      declared.filter(([name, each]) => isHidden(each, at(run?.inputs ?? {}, [name]))),
    );
    if (Object.keys(inputs).length === 0) start(step, {});
    else setAsking({ step, inputs });
  };
  const dialog = asking && (
    <InputsDialog
      workflow={run?.workflow ?? ''}
      inputs={asking.inputs}
      busy={false}
      onClose={() => setAsking(undefined)}
      onRun={(inputs) => {
        setAsking(undefined);
        start(asking.step, inputs);
      }}
    />
  );
  return { ask, dialog };
}

import type { Json } from '#contract/common.ts';
import { setStep } from '../document/commands.ts';
import type { GraphStep } from '../document/graph.ts';
import { at } from '../document/Plan.ts';
import { useDocument, useEditor } from '../store/context.ts';

/** The step as plain data, whatever shape it has. */
export function useRaw(step: GraphStep): { [key: string]: Json } {
  const source = useEditor((state) => state.source);
  const raw = at(source.value, [step.list, step.index]);
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw : {};
}

/** Sets something of the step, or takes it out with undefined; typing in one field is one gesture. */
export function usePut(step: GraphStep) {
  const document = useDocument();
  return (path: readonly (string | number)[], value: Json | undefined) =>
    document.run(setStep(step.id, path, value), { key: `${step.id}.${path.join('.')}` });
}

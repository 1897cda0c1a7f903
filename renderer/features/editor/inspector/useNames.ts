import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api } from '#renderer/client/api.ts';
import type { ExpressionName } from '../code/expression.ts';
import { useEditor, useRun } from '../store/context.ts';

const nothing: readonly ExpressionName[] = [];

function useScope(step: string | undefined) {
  const workflow = useEditor((state) => state.name);
  const run = useRun((state) => state.run?.id);
  return {
    workflow,
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
  };
}

/** Names that an expression may use in a step: what the platform knows, and the ids on the canvas. */
export function useNames(step: string | undefined): readonly ExpressionName[] {
  const scope = useScope(step);
  const { data } = useQuery(
    api.workflows.preview.queryOptions({
      input: { text: '', ...scope },
      staleTime: 30_000,
      retry: false,
    }),
  );
  return data?.names ?? nothing;
}

/** What a text with expressions comes to with the values of the last run. */
export function usePreview(text: string, step: string | undefined, bare: boolean) {
  const scope = useScope(step);
  const settled = useDeferredValue(text);
  const whole = bare && !settled.includes('${{') ? `\${{ ${settled} }}` : settled;
  return useQuery(
    api.workflows.preview.queryOptions({
      input: { text: whole, ...scope },
      enabled: settled.trim() !== '' && whole.includes('${{'),
      staleTime: 10_000,
      retry: false,
      placeholderData: (old: unknown) => old as never,
    }),
  );
}

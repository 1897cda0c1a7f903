import { useQuery } from '@tanstack/react-query';
import type { AlertState } from '#contract/alerts.ts';
import { api } from '#renderer/client/api.ts';

const order = { critical: 0, warning: 1, info: 2 } as const;

/** The alerts that are open now, the gravest first. */
export function useFiring(): readonly AlertState[] {
  const { data } = useQuery(api.alerts.states.queryOptions({ input: {} }));
  return (data?.states ?? [])
    .filter((state) => state.alert !== undefined)
    .toSorted((a, b) => order[a.severity] - order[b.severity] || a.since.localeCompare(b.since));
}

import { useQuery } from '@tanstack/react-query';
import { api } from '#renderer/client/api.ts';

/** How many approvals and interrupted steps wait for a person. */
export function useWaitingCount(): number {
  const { data } = useQuery(api.runs.approvals.queryOptions({ input: {} }));
  return data ? data.approvals.length + data.interrupted.length : 0;
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { api } from '#renderer/client/api.ts';
import type { HostRow } from '../useHosts.ts';
import { hasWords, isExpression } from './hostSearch.ts';

/** The hosts that a search means: words are looked for here, an expression the platform works out. */
export function useHostSearch(
  hosts: readonly HostRow[] | undefined,
  text: string,
): { rows: readonly HostRow[]; error: Error | null } {
  const wanted = useDeferredValue(text.trim());
  const expression = isExpression(wanted) ? wanted : undefined;
  const found = useQuery(
    api.hosts.list.queryOptions({
      input: { expression: expression ?? 'all' },
      enabled: expression !== undefined,
      placeholderData: keepPreviousData,
    }),
  );
  const names = found.data?.hosts;
  const rows = useMemo(() => {
    if (!hosts) return [];
    if (expression === undefined)
      return wanted === '' ? hosts : hosts.filter((host) => hasWords(host, wanted));
    const meant = new Set(names?.map((host) => host.id));
    return names ? hosts.filter((host) => meant.has(host.id)) : hosts;
  }, [hosts, names, expression, wanted]);
  return { rows, error: expression === undefined ? null : found.error };
}

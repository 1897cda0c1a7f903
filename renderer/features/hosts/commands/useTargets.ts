import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import type { Host } from '#contract/hosts.ts';
import { api } from '#renderer/client/api.ts';

export interface Targets {
  /** The hosts that are meant; absent while nothing is asked or it is not valid. */
  hosts: readonly Host[] | undefined;
  error: Error | null;
  /** The answer is for what is typed now. */
  settled: boolean;
}

/** The hosts that an expression means, while it is typed. */
export function useTargets(typed: string): Targets {
  const text = typed.trim();
  const expression = useDeferredValue(text);
  const found = useQuery(
    api.hosts.list.queryOptions({
      input: { expression },
      enabled: expression !== '',
      placeholderData: keepPreviousData,
    }),
  );
  const usable = expression !== '' && !found.isError;
  return {
    hosts: usable ? found.data?.hosts : undefined,
    error: expression === '' ? null : found.error,
    settled: expression === text && !found.isPlaceholderData,
  };
}

import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toastError } from '../ui/toast.ts';

/**
 * The cache behind every page. Live streams keep it fresh, so nothing polls and nothing goes
 * stale by time; a reconnect invalidates everything once.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 15 * 60_000,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      // A mutation that shows its own error says so with `meta: { quiet: true }`.
      onError: (error, _variables, _context, mutation) => {
        if (!mutation.meta?.quiet) toastError(error);
      },
    }),
  });
}

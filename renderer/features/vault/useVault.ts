import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { VaultStatus } from '#contract/vault.ts';
import { api } from '#renderer/client/api.ts';

/** How the vault is; kept fresh by the stream that the live cache reads. */
export function useVaultStatus() {
  return useQuery(api.vault.status.queryOptions({ input: {} }));
}

/** Takes over what an operation answered, and has what depends on it asked for again. */
export function useTakeStatus(): (status?: VaultStatus) => void {
  const cache = useQueryClient();
  return (status) => {
    if (status) cache.setQueryData(api.vault.status.queryKey({ input: {} }), status);
    else void cache.invalidateQueries({ queryKey: api.vault.status.key() });
    void cache.invalidateQueries({ queryKey: api.vault.list.key() });
  };
}

/** The secrets, where the vault is open and the caller may see their names. */
export function useSecrets(open: boolean) {
  return useQuery(api.vault.list.queryOptions({ input: {}, enabled: open }));
}

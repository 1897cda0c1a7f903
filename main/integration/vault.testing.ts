import { VaultHome } from '#main/vault/vault.testing.ts';
import { newFolder } from './nexus.testing.ts';

export { PASSPHRASE } from '#main/vault/vault.testing.ts';

/**
 * For tests: a home whose vault has the secret TOKEN with these values, one after the other. Its keys
 * cost as little as is allowed, since every command derives them anew.
 */
export async function vaultWith(...values: string[]): Promise<string> {
  const place = new VaultHome(newFolder('nexus-vault-'));
  const { vault } = await place.fresh();
  for (const value of values) await vault.set({ name: 'TOKEN', value }, 'owner');
  place.close();
  return place.home;
}

import type { SecretProvider } from './index.ts';

/**
 * Several providers as one; the first that has a name answers. A provider that throws (a locked vault
 * that may have it) is not passed over: the next one might hold an older value.
 */
export function layeredSecrets(...providers: SecretProvider[]): SecretProvider {
  return {
    get(name) {
      for (const provider of providers) {
        const value = provider.get(name);
        if (value !== undefined) return value;
      }
      return undefined;
    },
    names: () => [...new Set(providers.flatMap((provider) => provider.names()))],
  };
}

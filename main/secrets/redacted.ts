import type { Redactor } from '#main/base/redact.ts';
import type { SecretProvider } from './index.ts';

/**
 * The same provider, but every value is registered with the redactor before anyone sees it: those
 * that exist now, at once, and any other when it is read.
 */
export function redactedSecrets(provider: SecretProvider, redactor: Redactor): SecretProvider {
  const get = (name: string) => {
    const value = provider.get(name);
    if (value !== undefined) redactor.add(value, name);
    return value;
  };
  for (const name of provider.names()) get(name);
  return { get, names: () => provider.names() };
}

import { NexusError } from '#main/base/errors.ts';

/** Where `${{ secrets.NAME }}` comes from: the vault, or the environment. */
export interface SecretProvider {
  /** The value, or undefined where there is none. @throws NexusError `vault.locked` where nobody can say yet */
  get(name: string): string | undefined;
  /** Names that exist, for autocomplete; never values. */
  names(): string[];
}

const PREFIX = 'NEXUS_SECRET_';

/** Secrets from environment variables `NEXUS_SECRET_NAME`. A blank value counts as missing. */
export function environmentSecrets(env: NodeJS.ProcessEnv = process.env): SecretProvider {
  return {
    get: (name) => (env[PREFIX + name]?.trim() ? env[PREFIX + name] : undefined),
    names: () =>
      Object.keys(env)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
  };
}

/**
 * The value of a secret that must exist.
 * @throws NexusError `secret.missing`
 */
export function requireSecret(provider: SecretProvider, name: string): string {
  const value = provider.get(name);
  if (value !== undefined) return value;
  throw new NexusError({
    code: 'secret.missing',
    message: `The secret ${name} is not set, or is blank.`,
    hint: `Put it into the vault: nexus vault set ${name} (or set ${PREFIX}${name} for the Nexus process and start it again).`,
    details: { name, retryable: false },
  });
}
export { layeredSecrets } from './layered.ts';
export { redactedSecrets } from './redacted.ts';

import type { SecretInfo } from '#contract/vaultSecrets.ts';

/** What a secret shows to the typed filter. */
export function secretFields(secret: SecretInfo) {
  return {
    name: secret.name,
    tag: secret.tags,
    state: secret.state,
    by: secret.changed_by,
    used: secret.last_used_by,
    description: secret.description,
  };
}

const NAME = 'NEXUS_VAULT_PASSPHRASE';

/**
 * Takes the vault's passphrase out of the environment: whoever starts this process may leave it
 * there, and no process that this one starts may find it.
 */
export function takeEnvironmentPassphrase(
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const passphrase = env[NAME];
  delete env[NAME];
  return passphrase === '' ? undefined : passphrase;
}

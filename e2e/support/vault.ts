import { execFileSync } from 'node:child_process';
import { cliFile } from './cli.ts';

/** Opens the vaults of the tests. */
export const vaultPassphrase = 'correct horse battery';

/** Runs `nexus vault ARGS` with the passphrase and answers what it printed. */
export function vault(home: string, args: string[], input?: string): string {
  return execFileSync(process.execPath, [cliFile, 'vault', ...args, '--home', home], {
    encoding: 'utf8',
    input,
    env: { ...process.env, NEXUS_VAULT_PASSPHRASE: vaultPassphrase },
  });
}

/** A vault as people have it after a while, unlocked where a server runs: secrets, tags, one that is due. */
export function fillVault(home: string): void {
  vault(home, ['init']);
  const secrets: [string, string, string[]][] = [
    ['GITHUB_TOKEN', 'Reads the repositories', ['--tag', 'ci', '--max-age', '90d']],
    ['POSTGRES_PASSWORD', 'Production database', ['--tag', 'prod', '--tag', 'db']],
    ['REGISTRY_TOKEN', 'Publishes packages', ['--tag', 'ci', '--max-age', '1d', '--warn', '1d']],
    ['SMTP_PASSWORD', 'Sends mail', ['--tag', 'prod', '--max-age', '180d']],
  ];
  for (const [name, description, more] of secrets)
    vault(home, ['set', name, '--description', description, ...more], `value of ${name}\n`);
  vault(home, ['rotate', 'GITHUB_TOKEN', '--generate']);
}

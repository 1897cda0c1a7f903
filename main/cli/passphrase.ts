import type { NexusClient } from '#contract/client.ts';
import { NexusError } from '#main/base/errors.ts';
import { takeEnvironmentPassphrase } from '#main/base/environmentPassphrase.ts';
import { usageError, type GlobalOptions } from './io.ts';
import { readLocal } from './localFile.ts';
import { askHidden, askNew, canAsk, readPiped, secretText } from './prompt.ts';

/** Options of every command that may have to open the vault. */
export interface KeyOptions extends GlobalOptions {
  passphraseFile?: string;
}

// At once, before anything can be started that would inherit it.
let taken = takeEnvironmentPassphrase();

const HINT = 'set NEXUS_VAULT_PASSPHRASE or give --passphrase-file FILE.';

/** The passphrase from `--passphrase-file` or `NEXUS_VAULT_PASSPHRASE`. @throws NexusError `usage.invalid` */
export async function givenPassphrase({ passphraseFile }: KeyOptions): Promise<string | undefined> {
  if (passphraseFile === undefined) return taken;
  taken = secretText(await readLocal(passphraseFile), passphraseFile);
  return taken;
}

/** The passphrase as {@link givenPassphrase}, typed, or piped in where `piped` allows it. */
export async function requirePassphrase(
  options: KeyOptions,
  how: { question: string; fresh?: boolean; piped?: boolean },
): Promise<string> {
  const given = await givenPassphrase(options);
  if (given !== undefined) return given;
  // Kept, so that a command that also has to unlock the vault does not ask twice.
  if (canAsk()) return (taken = await (how.fresh ? askNew : askHidden)(how.question));
  if (how.piped && !process.stdin.isTTY) {
    const text = secretText(await readPiped(), 'What was piped in');
    if (text !== '') return (taken = text);
  }
  throw usageError(
    'The vault’s passphrase is missing.',
    how.piped ? `Pipe it in, or ${HINT}` : `Without a terminal ${HINT}`,
  );
}

/**
 * Unlocks the vault for a command that needs it open, where it is locked.
 * @throws NexusError `vault.locked`, or what is wrong with the file
 */
export async function ensureUnlocked(client: NexusClient, options: KeyOptions): Promise<void> {
  const { state, problem } = await client.vault.status({});
  if (problem && state === 'problem') throw new NexusError(problem);
  if (state === 'none') throw noVault();
  if (state !== 'locked') return;
  const given = await givenPassphrase(options);
  if (given === undefined && !canAsk()) throw locked();
  await client.vault.unlock({ passphrase: given ?? (await askHidden('Passphrase of the vault')) });
}

function locked(): NexusError {
  return new NexusError({
    code: 'vault.locked',
    message: 'The vault is locked.',
    hint: `Unlock it: nexus vault unlock. Or for one command ${HINT}`,
    kind: 'operational',
  });
}

/** There is nothing to ask a passphrase for. @throws NexusError `vault.none` */
export async function requireVault(client: NexusClient): Promise<void> {
  if ((await client.vault.status({})).state === 'none') throw noVault();
}

function noVault(): NexusError {
  return new NexusError({
    code: 'vault.none',
    message: 'This Nexus has no vault yet.',
    hint: 'Create one: nexus vault init',
    kind: 'operational',
  });
}

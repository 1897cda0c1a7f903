import { usageError } from './io.ts';
import { readLocal } from './localFile.ts';
import { ensureUnlocked, requireVault, type KeyOptions } from './passphrase.ts';
import { readSecret, secretText } from './prompt.ts';
import { withSession, type Session } from './session.ts';

/** Runs `work` with the vault open. */
export async function withVault<T>(
  options: KeyOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession(options, async (session) => {
    await ensureUnlocked(session.client, options);
    return work(session);
  });
}

/**
 * The same for a command that needs a value first. Nobody is asked for one where there is no vault,
 * and the vault is unlocked when everything else is known.
 */
export async function withVaultAnd<T, Given>(
  options: KeyOptions,
  given: () => Promise<Given>,
  work: (session: Session, given: Given) => Promise<T>,
): Promise<T> {
  return withSession(options, async (session) => {
    await requireVault(session.client);
    const value = await given();
    await ensureUnlocked(session.client, options);
    return work(session, value);
  });
}

/** A value from `--file`, stdin or a prompt. */
export async function readValue(name: string, file: string | undefined): Promise<string> {
  const text =
    file === undefined
      ? await readSecret(`Value of ${name}`, 'Pipe the value in, or give --file FILE.')
      : secretText(await readLocal(file), file);
  if (text === '') throw usageError('The value is empty.', 'Pipe it in, or give --file FILE.');
  return text;
}

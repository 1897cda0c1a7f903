import { readFile } from 'node:fs/promises';
import { usageError } from './io.ts';
import { ensureUnlocked, type KeyOptions } from './passphrase.ts';
import { readSecret, withoutNewline } from './prompt.ts';
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

/** A value from `--file`, stdin or a prompt. */
export async function readValue(name: string, file: string | undefined): Promise<string> {
  const text =
    file === undefined
      ? await readSecret(`Value of ${name}`, 'Pipe the value in, or give --file FILE.')
      : withoutNewline(
          await readFile(file, 'utf8').catch((cause: Error) => {
            throw usageError(`${file} cannot be read: ${cause.message}`);
          }),
        );
  if (text === '') throw usageError('The value is empty.', 'Pipe it in, or give --file FILE.');
  return text;
}

import { NexusError } from '#main/base/errors.ts';
import type { Questions } from '#main/questions/index.ts';
import { requireSecret } from '#main/secrets/index.ts';
import type { LoginSecrets } from '#main/ssh/index.ts';
import type { Base } from './parts.ts';

type Needed = Pick<Base, 'vault' | 'secrets'> & { audit: Pick<Base['audit'], 'append'> };

const TRIES = 3;

/**
 * The secrets that logins to hosts take: out of the vault or the environment, each use noted with who
 * wanted the connection. Where the vault is locked one person is asked, however many hosts wait.
 */
export function loginSecrets(needed: Needed, questions: Questions): Required<LoginSecrets> {
  const { vault, secrets } = needed;
  let asking: Promise<void> | undefined;
  return {
    value(name, { host, asker }) {
      const value = requireSecret(secrets, name);
      vault.used(name, asker?.by ?? `host:${host}`, { host, run: asker?.run });
      return value;
    },
    check: (name) => void requireSecret(secrets, name),
    unlock(name, host) {
      asking ??= askToUnlock(needed, questions, { name, host }).finally(() => (asking = undefined));
      return asking;
    },
  };
}

async function askToUnlock(
  needed: Needed,
  questions: Questions,
  why: { name: string; host: string },
): Promise<void> {
  const { vault } = needed;
  // Whoever unlocks it elsewhere has answered as well.
  const unlocked = new AbortController();
  const stop = vault.on('unlocked', () => unlocked.abort());
  try {
    for (let attempt = 1; !vault.unlocked; attempt += 1) {
      const { passphrase = '' } = await questions.ask({
        kind: 'unlock',
        title: 'Unlock the vault',
        text:
          attempt === 1
            ? `The login to ${why.host} needs the secret ${why.name}, and the vault is locked.`
            : 'That was not the passphrase.',
        fields: [{ name: 'passphrase', label: 'Passphrase of the vault', type: 'secret' }],
        subject: why.host,
        signal: unlocked.signal,
      });
      await unlock(needed, passphrase, why.host, attempt);
    }
  } catch (error) {
    if (!vault.unlocked) throw error;
  } finally {
    stop();
  }
}

// A wrong passphrase is asked for again, and the audit log has every try.
async function unlock(
  { vault, audit }: Needed,
  passphrase: string,
  host: string,
  attempt: number,
): Promise<void> {
  const record = (code?: string) =>
    audit.append({
      actor: 'question',
      face: 'engine',
      action: 'vault.unlock',
      outcome: code === undefined ? 'allowed' : 'failed',
      code,
      details: { host },
    });
  try {
    await vault.unlock({ passphrase });
  } catch (error) {
    const code = error instanceof NexusError ? error.code : 'vault.failed';
    await record(code);
    if (code === 'vault.wrong_passphrase' && attempt < TRIES) return;
    throw error;
  }
  await record();
}

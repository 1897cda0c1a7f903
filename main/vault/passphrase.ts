import type { ArgonCosts } from './document.ts';
import { vaultError } from './errors.ts';
import { inWorker } from './worker.ts';
import { fromBase64, wipe } from './crypto.ts';

/** What a new slot asks for: 128 MiB, three passes, four lanes (RFC 9106 asks 64 MiB of the constrained). */
export const DEFAULT_COSTS: ArgonCosts = { memory_kib: 128 * 1024, passes: 3, lanes: 4 };
/** Below this nothing is derived: somebody would be making guesses cheap. OWASP's least for argon2id. */
export const LEAST_COSTS: ArgonCosts = { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
/** Above this nothing is derived: a changed file must not take the machine's memory or its day. */
export const MOST_COSTS: ArgonCosts = { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };

const SALT_BYTES = 16;

/**
 * Refuses what a file may not ask for; called before anything is derived.
 * @throws NexusError `vault.costs_refused`
 */
export function checkCosts(costs: ArgonCosts, salt: string): void {
  for (const name of ['memory_kib', 'passes', 'lanes'] as const) {
    if (costs[name] < LEAST_COSTS[name])
      throw vaultError.costsRefused(`${name} is ${costs[name]}, below ${LEAST_COSTS[name]}.`);
    if (costs[name] > MOST_COSTS[name])
      throw vaultError.costsRefused(`${name} is ${costs[name]}, above ${MOST_COSTS[name]}.`);
  }
  if (fromBase64(salt).length !== SALT_BYTES)
    throw vaultError.costsRefused(`the salt is not ${SALT_BYTES} bytes long.`);
}

/**
 * The key that a passphrase gives, by argon2id (RFC 9106) in a worker, which is gone afterwards and
 * its memory with it. The passphrase is normalised (NFC), so that every keyboard writes the same bytes.
 *
 * @throws NexusError `vault.costs_refused`
 */
export async function passphraseKey(
  passphrase: string,
  salt: string,
  costs: ArgonCosts,
): Promise<Buffer> {
  checkCosts(costs, salt);
  const password = Buffer.from(passphrase.normalize('NFC'));
  try {
    return Buffer.from(
      await inWorker({ task: 'argon2id', password, salt: fromBase64(salt), ...costs }),
    );
  } finally {
    wipe(password);
  }
}

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '#contract/common.ts';
import { ageDecrypt, ageEncrypt } from './age.ts';
import { fromBase64, KEY_BYTES, open, seal, toBase64, wipe } from './crypto.ts';
import type { ArgonCosts, Slot } from './document.ts';
import { vaultError } from './errors.ts';
import type { Keychain } from './keychain.ts';
import { passphraseKey } from './passphrase.ts';

type SlotOf<Kind extends Slot['kind']> = Extract<Slot, { kind: Kind }>;

/** What a slot is made for. */
interface For {
  vault: string;
  master: Uint8Array;
  now: number;
}

/** An id of 128 random bits, in base64url. */
export const randomId = (): string => toBase64(randomBytes(16));

// Everything of the slot but what is wrapped: it opens as this slot of this vault only.
const boundTo = (vault: string, slot: SlotOf<'passphrase'>): Json => ({
  vault,
  slot: { ...slot, wrapped: '' },
});

/** A slot that a passphrase opens. */
export async function passphraseSlot(
  { vault, master, now }: For,
  passphrase: string,
  costs: ArgonCosts,
): Promise<SlotOf<'passphrase'>> {
  const salt = toBase64(randomBytes(16));
  const slot: SlotOf<'passphrase'> = {
    id: randomId(),
    created_at: now,
    label: '',
    kind: 'passphrase',
    salt,
    costs,
    wrapped: '',
  };
  const key = await passphraseKey(passphrase, salt, costs);
  const wrapped = seal(key, master, boundTo(vault, slot));
  wipe(key);
  return { ...slot, wrapped };
}

/** The master key by a passphrase. @throws NexusError `vault.wrong_passphrase`, `vault.costs_refused` */
export async function openPassphraseSlot(
  vault: string,
  slots: readonly Slot[],
  passphrase: string,
): Promise<Buffer> {
  const own = slots.filter((slot) => slot.kind === 'passphrase');
  if (own.length === 0) throw vaultError.noSlot('a passphrase');
  // argon2id takes no empty text, and no slot was made with one.
  if (passphrase === '') throw vaultError.wrongPassphrase();
  for (const slot of own) {
    const key = await passphraseKey(passphrase, slot.salt, slot.costs);
    const master = open(key, slot.wrapped, boundTo(vault, slot));
    wipe(key);
    if (master?.length === KEY_BYTES) return master;
  }
  throw vaultError.wrongPassphrase();
}

/** A slot that the system's keychain opens. @throws NexusError `vault.keychain_unavailable` */
export async function keychainSlot(
  { vault, master, now }: For,
  keychain: Keychain,
): Promise<SlotOf<'keychain'>> {
  const status = await keychain.status();
  if (!status.available) throw vaultError.keychainUnavailable(status.reason);
  const text = JSON.stringify({ vault, key: toBase64(master) });
  const wrapped = await keychain.encrypt(text).catch((cause: Error) => {
    throw vaultError.keychainUnavailable(cause.message);
  });
  return {
    id: randomId(),
    created_at: now,
    label: status.name,
    kind: 'keychain',
    wrapped: toBase64(wrapped),
  };
}

const wrappedKey = z.object({ vault: z.string(), key: z.string() });

/** The master key by the keychain. @throws NexusError `vault.keychain_unavailable`, `vault.slot_missing` */
export async function openKeychainSlot(
  vault: string,
  slots: readonly Slot[],
  keychain: Keychain,
): Promise<Buffer> {
  const own = slots.filter((slot) => slot.kind === 'keychain');
  if (own.length === 0) throw vaultError.noSlot('the system’s keychain');
  const status = await keychain.status();
  if (!status.available) throw vaultError.keychainUnavailable(status.reason);
  let reason = 'it holds the key of another vault.';
  for (const slot of own) {
    try {
      const found = keyOf(await keychain.decrypt(fromBase64(slot.wrapped)), vault);
      if (found) return found;
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  throw vaultError.keychainUnavailable(reason);
}

/** A slot that the identity of `recipient` opens, wherever that identity is kept. */
export async function recoverySlot(
  { vault, master, now }: For,
  recipient: string,
): Promise<SlotOf<'recovery'>> {
  const text = JSON.stringify({ vault, key: toBase64(master) });
  return {
    id: randomId(),
    created_at: now,
    label: '',
    kind: 'recovery',
    recipient,
    wrapped: toBase64(await ageEncrypt(text, [recipient])),
  };
}

/** The master key by a recovery key. @throws NexusError `vault.wrong_identity`, `vault.slot_missing` */
export async function openRecoverySlot(
  vault: string,
  slots: readonly Slot[],
  identities: readonly string[],
): Promise<Buffer> {
  const own = slots.filter((slot) => slot.kind === 'recovery');
  if (own.length === 0) throw vaultError.noSlot('a recovery key');
  for (const slot of own) {
    const text = await ageDecrypt(fromBase64(slot.wrapped), { identities }).catch(() => undefined);
    const found = text && keyOf(text.toString('utf8'), vault);
    wipe(text);
    if (found) return found;
  }
  throw vaultError.wrongIdentity();
}

function keyOf(text: string, vault: string): Buffer | undefined {
  let parsed: z.infer<typeof wrappedKey>;
  try {
    parsed = wrappedKey.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
  const key = fromBase64(parsed.key);
  return parsed.vault === vault && key.length === KEY_BYTES ? key : undefined;
}

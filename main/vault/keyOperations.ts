import { randomBytes } from 'node:crypto';
import { SHORTEST_PASSPHRASE } from '#contract/vault.ts';
import { ageEncrypt, identitiesOf, newIdentity } from './age.ts';
import { KEY_BYTES } from './crypto.ts';
import { decodeDocument, type SealedEntry, type Slot, type VaultDocument } from './document.ts';
import { EntrySealer } from './entries.ts';
import { vaultError } from './errors.ts';
import { OpenVault } from './openVault.ts';
import { DEFAULT_COSTS } from './passphrase.ts';
import {
  keychainSlot,
  openKeychainSlot,
  openPassphraseSlot,
  openRecoverySlot,
  passphraseSlot,
  randomId,
  recoverySlot,
} from './slots.ts';
import type { VaultState } from './state.ts';
import { writeDocument } from './writeDocument.ts';

/** One of the ways to open a vault. */
export interface Key {
  passphrase?: string | undefined;
  identity?: string | undefined;
  keychain?: boolean | undefined;
}

function checkPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < SHORTEST_PASSPHRASE)
    throw vaultError.weakPassphrase(SHORTEST_PASSPHRASE);
}

/** Makes the vault and leaves it unlocked. @returns the recovery key, which is kept nowhere */
export async function initVault(
  state: VaultState,
  given: { passphrase: string; recovery: boolean; keychain: boolean },
): Promise<string | undefined> {
  checkPassphrase(given.passphrase);
  return state.exclusive(async () => {
    const locked = state.lockWatch();
    const lost = state.problem?.code === 'vault.missing';
    if (state.document || (state.problem && !lost)) throw state.problem ?? vaultError.exists();
    if (lost && (await state.folder.generations()).length > 0) throw state.problem!;
    const { clock, costs = DEFAULT_COSTS, keychain } = state.options;
    const vault = randomId();
    const master = randomBytes(KEY_BYTES);
    const to = { vault, master, now: clock.now() };
    const slots: Slot[] = [await passphraseSlot(to, given.passphrase, costs)];
    const recovery = given.recovery ? await newIdentity() : undefined;
    if (recovery) slots.push(await recoverySlot(to, recovery.recipient));
    if (given.keychain) slots.push(await keychainSlot(to, keychain));
    // Generations go on counting, also where an earlier vault of this home is gone.
    const before = state.known.get()?.generation ?? 0;
    const { document } = writeDocument(master, {
      vault,
      generation: before,
      created_at: to.now,
      written_at: to.now,
      slots,
      entries: [],
    });
    const open = new OpenVault(document, master);
    await takeOver(state, open, { locked, before: undefined });
    return recovery?.identity;
  });
}

// Where it was locked in the middle of this it is written all the same, and stays locked.
async function takeOver(
  state: VaultState,
  open: OpenVault,
  how: { locked: () => boolean; before: number | undefined },
): Promise<void> {
  try {
    await state.commit(open, { result: () => undefined }, how);
  } finally {
    open.close();
  }
  if (!how.locked()) state.unlock(state.open());
}

async function masterOf(state: VaultState, document: VaultDocument, key: Key): Promise<Buffer> {
  const { vault, slots } = document;
  if (key.passphrase !== undefined) return openPassphraseSlot(vault, slots, key.passphrase);
  if (key.identity !== undefined) return openRecoverySlot(vault, slots, identitiesOf(key.identity));
  return openKeychainSlot(vault, slots, state.options.keychain);
}

/**
 * @throws NexusError `vault.none`, `vault.wrong_passphrase`, `vault.wrong_identity`, `vault.damaged`,
 *   `vault.rolled_back`, `vault.keychain_unavailable`, …
 */
export function unlockVault(state: VaultState, key: Key): Promise<void> {
  return state.serial(async () => {
    const locked = state.lockWatch();
    await state.load();
    const document = state.usable();
    // Also where it is open already: whoever gives a wrong key must hear of it.
    const open = new OpenVault(document, await masterOf(state, document, key));
    if (state.unlocked || locked()) open.close();
    else state.unlock(open);
    if (locked()) throw vaultError.locked();
  });
}

/** A new passphrase, and where asked a new master key under which everything is sealed anew. */
export async function rekeyVault(
  state: VaultState,
  given: { passphrase: string; new_passphrase?: string | undefined; master_key: boolean },
): Promise<void> {
  const { passphrase, new_passphrase: next = passphrase } = given;
  if (given.new_passphrase !== undefined) checkPassphrase(next);
  return state.change(async (open) => {
    const { vault, slots, entries } = open.document;
    await openPassphraseSlot(vault, slots, passphrase).then((master) => master.fill(0));
    const master = given.master_key ? randomBytes(KEY_BYTES) : open.master();
    const to = { vault, master, now: state.options.clock.now() };
    const first = await passphraseSlot(to, next, state.options.costs ?? DEFAULT_COSTS);
    const others = slots.filter((slot) => slot.kind !== 'passphrase');
    return {
      master,
      slots: [first, ...(given.master_key ? await rewrapped(state, to, others) : others)],
      entries: given.master_key ? resealed(open, entries, new EntrySealer(vault, master)) : entries,
      result: () => state.folder.forgetGenerations(),
    };
  });
}

// A keychain that cannot be reached now loses its slot: it would hold a key of no use.
async function rewrapped(
  state: VaultState,
  to: Parameters<typeof keychainSlot>[0],
  slots: Slot[],
): Promise<Slot[]> {
  const made = await Promise.all(
    slots.map(async (slot) =>
      slot.kind === 'recovery'
        ? recoverySlot(to, slot.recipient)
        : keychainSlot(to, state.options.keychain).catch((error: unknown) => {
            state.options.log.warn('The keychain’s slot was left out', { error });
            return undefined;
          }),
    ),
  );
  return made.filter((slot) => slot !== undefined);
}

function resealed(open: OpenVault, entries: SealedEntry[], sealer: EntrySealer): SealedEntry[] {
  return entries.map((entry) =>
    sealer.reseal(
      entry,
      open.sealer.meta(entry),
      entry.versions.map(({ version }) => ({
        version,
        content: open.sealer.version(entry, version)!,
      })),
    ),
  );
}

/** @returns the recovery key where a new one was made */
export function addSlot(
  state: VaultState,
  given: { kind: 'keychain' | 'recovery'; recipient?: string | undefined },
): Promise<string | undefined> {
  return state.change(async (open) => {
    const { vault, slots } = open.document;
    const master = open.master();
    const to = { vault, master, now: state.options.clock.now() };
    try {
      if (given.kind === 'keychain') {
        const others = slots.filter((slot) => slot.kind !== 'keychain');
        return {
          slots: [...others, await keychainSlot(to, state.options.keychain)],
          result: () => undefined,
        };
      }
      const made = given.recipient === undefined ? await newIdentity() : undefined;
      const recipient = made?.recipient ?? given.recipient!.trim();
      await checkRecipients(recipient, slots);
      return { slots: [...slots, await recoverySlot(to, recipient)], result: () => made?.identity };
    } finally {
      master.fill(0);
    }
  });
}

// Together with those that are there: the recovery copy is one file for all of them.
async function checkRecipients(recipient: string, slots: readonly Slot[]): Promise<void> {
  if (!/^age1[a-z0-9]+$/.test(recipient)) throw vaultError.recipientInvalid(recipient);
  const others = slots.flatMap((slot) => (slot.kind === 'recovery' ? [slot.recipient] : []));
  await ageEncrypt('', [recipient, ...others]);
}

/** @throws NexusError `vault.slot_missing`, `vault.slot_last` */
export function removeSlot(state: VaultState, id: string): Promise<void> {
  return state.change((open) => {
    const { slots } = open.document;
    if (!slots.some((slot) => slot.id === id)) throw vaultError.noSlot(id);
    const left = slots.filter((slot) => slot.id !== id);
    // A keychain is gone with the machine: it cannot be the only way in.
    if (!left.some((slot) => slot.kind !== 'keychain')) throw vaultError.lastSlot();
    return { slots: left, result: () => undefined };
  });
}

/**
 * Makes a kept generation, or the file as it is, the newest one, and unlocks it. The newest kept one
 * that opens where none is named.
 *
 * @throws NexusError `vault.generation_not_found`, `vault.wrong_passphrase`, …
 */
export function restoreVault(
  state: VaultState,
  given: Key & { generation?: number | undefined; accept_current: boolean },
): Promise<void> {
  return state.exclusive(async () => {
    let locked = state.lockWatch();
    const document = given.accept_current
      ? await currentDocument(state)
      : await keptDocument(state, given.generation);
    const open = new OpenVault(document, await masterOf(state, document, given));
    if (locked()) {
      open.close();
      throw vaultError.locked();
    }
    state.lock('changed');
    locked = state.lockWatch();
    // What stood there is kept only where it was good.
    const before = given.accept_current ? document.generation : undefined;
    await takeOver(state, open, { locked, before });
  });
}

async function currentDocument(state: VaultState): Promise<VaultDocument> {
  const bytes = await state.folder.read();
  if (!bytes) throw vaultError.missing();
  return decodeDocument(bytes);
}

async function keptDocument(state: VaultState, wanted?: number): Promise<VaultDocument> {
  const kept = await state.folder.generations();
  for (const { generation } of kept) {
    if (wanted !== undefined && generation !== wanted) continue;
    try {
      return decodeDocument(await state.folder.readGeneration(generation));
    } catch (error) {
      if (wanted !== undefined) throw error;
    }
  }
  throw vaultError.noGeneration(wanted);
}

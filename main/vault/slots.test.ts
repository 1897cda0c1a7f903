import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { newIdentity } from './age.ts';
import type { ArgonCosts, Slot } from './document.ts';
import { noKeychain, type Keychain } from './keychain.ts';
import { checkCosts, DEFAULT_COSTS, LEAST_COSTS, MOST_COSTS } from './passphrase.ts';
import {
  keychainSlot,
  openKeychainSlot,
  openPassphraseSlot,
  openRecoverySlot,
  passphraseSlot,
  randomId,
  recoverySlot,
} from './slots.ts';

const master = randomBytes(32);
const vault = randomId();
const to = { vault, master, now: 1 };
const SALT = Buffer.alloc(16).toString('base64url');
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );
const costsCode = (costs: ArgonCosts, salt = SALT) =>
  codeOf(Promise.resolve().then(() => checkCosts(costs, salt)));

describe('what a header may ask of argon2id', () => {
  it('is 128 MiB, three passes and four lanes in a new vault', () => {
    expect(DEFAULT_COSTS).toEqual({ memory_kib: 131_072, passes: 3, lanes: 4 });
  });

  it.each(['memory_kib', 'passes', 'lanes'] as const)(
    'has a floor and a ceiling for %s, and both are allowed',
    async (name) => {
      // Bug caught: a changed header that makes guessing cheap, or eats the machine.
      expect(await costsCode({ ...DEFAULT_COSTS, [name]: LEAST_COSTS[name] })).toBe('accepted');
      expect(await costsCode({ ...DEFAULT_COSTS, [name]: MOST_COSTS[name] })).toBe('accepted');
      for (const wrong of [LEAST_COSTS[name] - 1, MOST_COSTS[name] + 1, 0, 2 ** 31])
        expect(await costsCode({ ...DEFAULT_COSTS, [name]: wrong })).toBe('vault.costs_refused');
    },
  );

  it.each([0, 8, 15, 17, 64])('is a salt of 16 bytes, not of %i', async (bytes) => {
    expect(await costsCode(DEFAULT_COSTS, Buffer.alloc(bytes).toString('base64url'))).toBe(
      'vault.costs_refused',
    );
  });
});

describe('a passphrase’s slot', () => {
  it('opens with it, and with no other text', async () => {
    const slot = await passphraseSlot(to, 'correct horse', LEAST_COSTS);
    expect((await openPassphraseSlot(vault, [slot], 'correct horse')).equals(master)).toBe(true);
    for (const wrong of ['correct horsf', 'correct horse ', 'Correct horse', ''])
      expect(await codeOf(openPassphraseSlot(vault, [slot], wrong))).toBe('vault.wrong_passphrase');
  });

  it('with any part changed opens nothing', async () => {
    const slot = await passphraseSlot(to, 'correct horse', LEAST_COSTS);
    const changes: Partial<typeof slot>[] = [
      { id: randomId() },
      { created_at: 2 },
      { label: 'mine' },
      { salt: SALT },
      { costs: { ...LEAST_COSTS, passes: 3 } },
      { wrapped: slot.wrapped.slice(0, -2) },
    ];
    for (const change of changes)
      expect(
        await codeOf(openPassphraseSlot(vault, [{ ...slot, ...change }], 'correct horse')),
      ).toBe('vault.wrong_passphrase');
  });

  it('says where there is none', async () => {
    expect(await codeOf(openPassphraseSlot(vault, [], 'correct horse'))).toBe('vault.slot_missing');
  });
});

describe('a recovery key’s slot', () => {
  it('opens with its identity, also as one of several', async () => {
    const [mine, other] = [await newIdentity(), await newIdentity()];
    const slot = await recoverySlot(to, mine.recipient);
    const found = await openRecoverySlot(vault, [slot], [other.identity, mine.identity]);
    expect(found.equals(master)).toBe(true);
    expect(await codeOf(openRecoverySlot(vault, [slot], [other.identity]))).toBe(
      'vault.wrong_identity',
    );
    expect(await codeOf(openRecoverySlot(vault, [], [mine.identity]))).toBe('vault.slot_missing');
  });

  it('of another vault opens nothing here, although its age file opens', async () => {
    // Bug caught: a slot copied from a vault that the attacker made for the same recipient.
    const { identity, recipient } = await newIdentity();
    const foreign = await recoverySlot({ ...to, vault: randomId() }, recipient);
    expect(await codeOf(openRecoverySlot(vault, [foreign], [identity]))).toBe(
      'vault.wrong_identity',
    );
  });
});

describe('a keychain’s slot', () => {
  const keychain = (decrypt: (bytes: Uint8Array) => Promise<string>): Keychain => ({
    status: () => Promise.resolve({ available: true, name: 'test' }),
    encrypt: (text) => Promise.resolve(Buffer.from(text)),
    decrypt,
  });
  const honest = keychain((bytes) => Promise.resolve(Buffer.from(bytes).toString()));

  it('opens with the keychain that made it', async () => {
    const slot = await keychainSlot(to, honest);
    expect(slot).toMatchObject({ kind: 'keychain', label: 'test' });
    expect((await openKeychainSlot(vault, [slot], honest)).equals(master)).toBe(true);
  });

  it('needs a keychain: none, a locked one and one without the key are told as that', async () => {
    const slot = await keychainSlot(to, honest);
    const slots: Slot[] = [slot];
    const unavailable = 'vault.keychain_unavailable';
    expect(await codeOf(keychainSlot(to, noKeychain))).toBe(unavailable);
    expect(await codeOf(openKeychainSlot(vault, slots, noKeychain))).toBe(unavailable);
    const gone = keychain(() => Promise.reject(new Error('the key is gone')));
    await expect(openKeychainSlot(vault, slots, gone)).rejects.toThrow(/the key is gone/);
    for (const said of ['', '{}', 'null', '{"vault":1}', JSON.stringify({ vault, key: 'AAAA' })])
      expect(
        await codeOf(
          openKeychainSlot(
            vault,
            slots,
            keychain(() => Promise.resolve(said)),
          ),
        ),
      ).toBe(unavailable);
    expect(await codeOf(openKeychainSlot(randomId(), slots, honest))).toBe(unavailable);
    expect(await codeOf(openKeychainSlot(vault, [], honest))).toBe('vault.slot_missing');
  });
});

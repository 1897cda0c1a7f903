import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey, macOf, open, openJson, seal, sealJson, toBase64 } from './crypto.ts';
import { passphraseKey } from './passphrase.ts';
import { vectors } from './vectors.testing.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('the cipher', () => {
  it('is AES-256-GCM: the published ciphertext for the published key, nonce and text', () => {
    // Bug caught: another mode, another tag length, or data that is not authenticated.
    const { key, nonce, plain, aad, sealed } = vectors.gcm;
    expect(seal(hex(key), hex(plain), aad, hex(nonce))).toBe(sealed);
    const bytes = Buffer.from(sealed, 'base64url');
    expect(bytes.subarray(12, -16).toString('hex')).toBe(vectors.gcm.cipher);
    expect(open(hex(key), sealed, aad)!.toString('hex')).toBe(plain);
  });

  it('opens nothing that was changed in a bit, bound to something else, or under another key', () => {
    const key = Buffer.alloc(32, 7);
    const sealed = seal(key, Buffer.from('a value'), { entry: 'a', version: 1 });
    const bytes = Buffer.from(sealed, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(open(key, toBase64(changed), { entry: 'a', version: 1 })).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(
        open(key, toBase64(bytes.subarray(0, length)), { entry: 'a', version: 1 }),
      ).toBeUndefined();
    expect(open(key, sealed, { entry: 'b', version: 1 })).toBeUndefined();
    expect(open(key, sealed, { entry: 'a', version: 2 })).toBeUndefined();
    expect(open(Buffer.alloc(32, 8), sealed, { entry: 'a', version: 1 })).toBeUndefined();
    expect(open(key, sealed, { version: 1, entry: 'a' })?.toString()).toBe('a value');
  });

  it('uses a nonce once, and hides how long a value is within 64 bytes', () => {
    const key = Buffer.alloc(32, 7);
    const all = new Set(Array.from({ length: 500 }, () => sealJson(key, 'x', null).slice(0, 16)));
    expect(all.size).toBe(500);
    const lengths = [1, 20, 40, 61].map((n) => sealJson(key, 'x'.repeat(n), null).length);
    expect(new Set(lengths).size).toBe(1);
    expect(openJson(key, sealJson(key, { a: 'ü'.repeat(99) }, null), null)).toEqual({
      a: 'ü'.repeat(99),
    });
  });
});

describe('the keys', () => {
  it('are derived by HKDF-SHA256 (RFC 5869): extract, then expand', () => {
    const { master, vault, purpose, derived } = vectors.hkdf;
    expect(deriveKey(hex(master), vault, purpose).toString('hex')).toBe(derived);
    // The same by hand, so that the vector is no echo of the code.
    const extracted = createHmac('sha256', vault).update(hex(master)).digest();
    const info = Buffer.from(`nexus/vault/v1/${purpose}`);
    const expanded = createHmac('sha256', extracted)
      .update(info)
      .update(Buffer.from([1]))
      .digest();
    expect(expanded.toString('hex')).toBe(derived);
  });

  it('differ for every vault and every purpose', () => {
    const master = Buffer.alloc(32, 1);
    const keys = ['a', 'b'].flatMap((vault) =>
      ['header', 'entry/a', 'entry/b'].map((purpose) =>
        deriveKey(master, vault, purpose).toString('hex'),
      ),
    );
    expect(new Set(keys).size).toBe(6);
  });

  it.each(['argon2id', 'argon2idFull'] as const)('come from a passphrase by %s', async (name) => {
    const { passphrase, salt, costs, derived } = vectors[name];
    expect((await passphraseKey(passphrase, salt, costs)).toString('hex')).toBe(derived);
  });

  it('are the same for a passphrase that another keyboard composes differently', async () => {
    const { salt, costs } = vectors.argon2id;
    const composed = await passphraseKey('caf\u00e9 au lait', salt, costs);
    const decomposed = await passphraseKey('cafe\u0301 au lait', salt, costs);
    expect(composed.equals(decomposed)).toBe(true);
  });
});

describe('the MAC', () => {
  it('is over canonical JSON: the order of keys says nothing', () => {
    const key = Buffer.alloc(32, 1);
    expect(macOf(key, { a: 1, b: [2] })).toBe(macOf(key, { b: [2], a: 1 }));
    expect(macOf(key, { a: 1, b: [2] })).not.toBe(macOf(key, { a: 1, b: [3] }));
  });
});

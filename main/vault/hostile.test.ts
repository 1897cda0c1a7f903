import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { canonicalJson, digest, toBase64 } from './crypto.ts';
import { decodeDocument, type VaultDocument } from './document.ts';
import type { Vault } from './index.ts';
import { OpenVault } from './openVault.ts';
import { openPassphraseSlot } from './slots.ts';
import { PASSPHRASE, VaultHome } from './vault.testing.ts';

let home: VaultHome;
let vault: Vault;
beforeEach(async () => {
  home = new VaultHome();
  ({ vault } = await home.fresh());
  await vault.set({ name: 'A', value: 'first value of A' }, 'owner');
  await vault.set({ name: 'B', value: 'first value of B' }, 'owner');
});
afterEach(() => home.remove());

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(NexusError);
    return (error as NexusError).code;
  }
  return 'accepted';
};
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: NexusError) => error.code,
  );

describe('a damaged file', () => {
  it('is refused whatever byte is changed, and however short it is cut', () => {
    // Bug caught: a flipped bit in a place that nothing looks at.
    const good = readFileSync(home.file);
    for (let at = 0; at < good.length; at += 1) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const bytes = Buffer.from(good);
        bytes[at]! ^= bit;
        expect({ at, code: code(() => decodeDocument(bytes)) }).toEqual({
          at,
          code: expect.stringMatching(/^vault\.(damaged|newer)$/),
        });
      }
    }
    for (let length = 0; length < good.length; length += 1)
      expect(code(() => decodeDocument(good.subarray(0, length)))).toBe('vault.damaged');
    expect(code(() => decodeDocument(Buffer.concat([good, good])))).toBe('vault.damaged');
    expect(code(() => decodeDocument(Buffer.concat([good, Buffer.from(' ')])))).toBe(
      'vault.damaged',
    );
  });

  it('is never a crash, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.json().map((t) => Buffer.from(t)),
        ),
        (bytes) => {
          expect(code(() => decodeDocument(bytes))).toMatch(/^vault\.(damaged|newer)$/);
        },
      ),
    );
  });

  it('does not open when somebody who has no key mends its checksum', async () => {
    // Bug caught: slots or entries of two generations mixed, left out, swapped or put back.
    const document = decodeDocument(readFileSync(home.file));
    const master = await openPassphraseSlot(document.vault, document.slots, PASSPHRASE);
    const [a, b] = document.entries as [VaultDocument['entries'][0], VaultDocument['entries'][0]];
    const forgeries: Partial<VaultDocument>[] = [
      { generation: document.generation + 1 },
      { entries: [a] },
      { entries: [b, a] },
      { entries: [{ ...a, versions: b.versions }, b] },
      { entries: [{ ...a, meta: b.meta }, b] },
      {
        entries: [
          { ...a, id: b.id },
          { ...b, id: a.id },
        ],
      },
      { slots: document.slots.slice(0, 1) },
      { written_at: 0 },
      { mac: toBase64(Buffer.alloc(32)) },
    ];
    for (const forgery of forgeries) {
      const { checksum: _checksum, ...rest } = { ...document, ...forgery };
      const mended = { ...rest, checksum: digest(canonicalJson(rest)) };
      const bytes = Buffer.from(`${canonicalJson(mended)}\n`);
      const read = decodeDocument(bytes);
      expect(code(() => new OpenVault(read, Buffer.from(master)))).toBe('vault.damaged');
    }
    expect(code(() => new OpenVault(document, Buffer.from(master)))).toBe('accepted');
  });

  it('is told while the vault is locked, and the last good generation is put back', async () => {
    vault.lock('asked');
    const bytes = readFileSync(home.file);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(home.file, bytes);
    const other = await home.vault();
    const status = await other.status();
    expect(status).toMatchObject({ state: 'problem', problem: { code: 'vault.damaged' } });
    expect(status.generations.map(({ generation }) => generation)).toEqual([2, 1]);
    expect(code(() => other.get('A'))).toBe('vault.locked');
    expect(await codeOf(other.unlock({ passphrase: PASSPHRASE }))).toBe('vault.damaged');
    await other.restore({ passphrase: PASSPHRASE, accept_current: false });
    expect(other.get('A')).toBe('first value of A');
    expect(other.get('B')).toBeUndefined();
    // It is a generation after the lost one: the damaged file does not come back as the newer.
    expect(await other.status()).toMatchObject({ state: 'unlocked', generation: 4 });
  });

  it('is not taken for none when it is gone: the vault is missed, and nothing is read elsewhere', async () => {
    // Bug caught: a deleted file, and workflows that quietly use an old value from the environment.
    rmSync(home.file);
    const other = await home.vault();
    expect(await other.status()).toMatchObject({ problem: { code: 'vault.missing' } });
    expect(code(() => other.get('A'))).toBe('vault.locked');
    expect(
      await codeOf(other.init({ passphrase: PASSPHRASE, recovery: false, keychain: false })),
    ).toBe('vault.missing');
    await other.restore({ passphrase: PASSPHRASE, accept_current: false });
    expect(other.get('A')).toBe('first value of A');
  });
});

describe('a file that was put back', () => {
  it('is noticed by its generation, and taken only when somebody says so', async () => {
    // Bug caught: a removed or rotated secret that comes back with an old copy of the file.
    const old = join(home.home, 'old.json');
    copyFileSync(home.file, old);
    await vault.rotate({ name: 'A', value: 'second value of A' }, 'owner');
    vault.lock('asked');
    copyFileSync(old, home.file);
    const other = await home.vault();
    expect(await codeOf(other.unlock({ passphrase: PASSPHRASE }))).toBe('vault.rolled_back');
    expect((await other.status()).problem?.hint).toContain('nexus vault restore');
    expect(
      await codeOf(other.restore({ passphrase: 'wrong one here', accept_current: true })),
    ).toBe('vault.wrong_passphrase');
    await other.restore({ passphrase: PASSPHRASE, accept_current: true });
    expect(other.get('A')).toBe('first value of A');
    await other.rotate({ name: 'A', value: 'third value of A' }, 'owner');
    expect((await home.vault().then((v) => v.status())).problem).toBeUndefined();
  });

  it('is noticed when it is another vault’s, or another file of the same generation', async () => {
    const elsewhere = new VaultHome();
    const { vault: stranger } = await elsewhere.fresh();
    await stranger.set({ name: 'A', value: 'a foreign value' }, 'owner');
    copyFileSync(elsewhere.file, home.file);
    expect((await home.vault().then((v) => v.status())).problem?.code).toBe('vault.replaced');
    elsewhere.remove();
  });
});

describe('a header', () => {
  it.each([
    [{ memory_kib: 8, passes: 3, lanes: 4 }, 'memory_kib'],
    [{ memory_kib: 64 * 1024 * 1024, passes: 3, lanes: 4 }, 'memory_kib'],
    [{ memory_kib: 128 * 1024, passes: 1_000_000, lanes: 4 }, 'passes'],
    [{ memory_kib: 128 * 1024, passes: 1, lanes: 4 }, 'passes'],
    [{ memory_kib: 128 * 1024, passes: 3, lanes: 1000 }, 'lanes'],
  ])('that asks %j of argon2id is refused before anything is derived', async (costs, what) => {
    // Bug caught: a changed file that takes all memory, or that makes guessing cheap.
    const document = decodeDocument(readFileSync(home.file));
    const slots = document.slots.map((slot) =>
      slot.kind === 'passphrase' ? { ...slot, costs } : slot,
    );
    const begun = performance.now();
    const error = await openPassphraseSlot(document.vault, slots, PASSPHRASE).catch(
      (e: NexusError) => e,
    );
    expect(error).toMatchObject({
      code: 'vault.costs_refused',
      message: expect.stringContaining(what),
    });
    // Deriving would take seconds, hours or the machine: any answer at all shows that it was not begun.
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it('of one slot opens nothing as another slot, or in another vault', async () => {
    const { vault: id, slots } = decodeDocument(readFileSync(home.file));
    const renamed = slots.map((slot) => ({ ...slot, id: toBase64(Buffer.alloc(16, 1)) }));
    expect(await codeOf(openPassphraseSlot(id, renamed, PASSPHRASE))).toBe(
      'vault.wrong_passphrase',
    );
    expect(await codeOf(openPassphraseSlot(toBase64(Buffer.alloc(16)), slots, PASSPHRASE))).toBe(
      'vault.wrong_passphrase',
    );
  });
});

describe('two processes', () => {
  it('that write at once lose nothing', async () => {
    // Bug caught: the last one to rename its file wins, and the other's secret never was.
    const other = await home.vault();
    await other.unlock({ passphrase: PASSPHRASE });
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        (i % 2 === 0 ? vault : other).set({ name: `N${i}`, value: `value number ${i}` }, 'owner'),
      ),
    );
    for (const one of [vault, other])
      for (let i = 0; i < 12; i += 1) expect(one.get(`N${i}`)).toBe(`value number ${i}`);
    expect((await vault.status()).generation).toBe(15);
  });

  it('see what the other wrote at once, and lock when its master key is new', async () => {
    const other = await home.vault();
    await other.unlock({ passphrase: PASSPHRASE });
    await vault.rotate({ name: 'A', value: 'second value of A' }, 'owner');
    expect(other.get('A')).toBe('second value of A');
    await vault.rekey({
      passphrase: PASSPHRASE,
      new_passphrase: 'another long one',
      master_key: true,
    });
    expect(code(() => other.get('A'))).toBe('vault.changed');
    expect(other.unlocked).toBe(false);
    expect(await codeOf(other.unlock({ passphrase: PASSPHRASE }))).toBe('vault.wrong_passphrase');
    await other.unlock({ passphrase: 'another long one' });
    expect(other.get('A')).toBe('second value of A');
    expect((await other.status()).generations).toEqual([]);
  });
});

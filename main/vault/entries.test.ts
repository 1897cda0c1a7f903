import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SealedEntry } from './document.ts';
import { EntrySealer, KEPT_VERSIONS, type EntryMeta } from './entries.ts';

const master = randomBytes(32);
const sealer = new EntrySealer('vault-a', master);
const meta: EntryMeta = {
  name: 'TOKEN',
  description: 'Of the registry',
  tags: ['ci'],
  created_at: 1,
  changed_at: 2,
  changed_by: 'ann',
};
const version = (value: string) => ({ value, created_at: 3, created_by: 'ann' });
const damaged = expect.objectContaining({ code: 'vault.damaged' });

describe('a sealed entry', () => {
  it('gives back whatever was put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (value, description) => {
        const entry = sealer.create({ ...meta, description }, version(value));
        expect(sealer.meta(entry)).toEqual({ ...meta, description });
        expect(sealer.version(entry)).toEqual(version(value));
      }),
    );
  });

  it('shows neither its name nor its value nor whom it belongs to', () => {
    const text = JSON.stringify(sealer.create(meta, version('tok_4f9c2b7d1e8a')));
    const bytes = Buffer.from(text).toString('latin1');
    for (const hidden of ['TOKEN', 'registry', 'tok_4f9c', 'ann', 'ci"'])
      expect(bytes).not.toContain(hidden);
  });

  it('opens in its own vault and under its own key only', () => {
    // Bug caught: an entry of another vault with the same master key that is taken for one of ours.
    const entry = sealer.create(meta, version('a value'));
    for (const other of [
      new EntrySealer('vault-b', master),
      new EntrySealer('vault-a', randomBytes(32)),
    ]) {
      expect(() => other.meta(entry)).toThrow(damaged);
      expect(() => other.version(entry)).toThrow(damaged);
    }
  });

  it('opens as itself only: no part of one goes for a part of another', () => {
    // Bug caught: the value of the test database in the place of the production one.
    const one = sealer.create(meta, version('value one'));
    const two = sealer.create({ ...meta, name: 'OTHER' }, version('value two'));
    expect(() => sealer.meta({ ...one, meta: two.meta })).toThrow(damaged);
    expect(() => sealer.version({ ...one, versions: two.versions })).toThrow(damaged);
    expect(() => sealer.meta({ ...one, id: two.id })).toThrow(damaged);
    expect(() => sealer.meta({ ...one, meta: one.versions[0]!.sealed })).toThrow(damaged);
  });

  it('knows an old description and an old value put back under a new number', () => {
    const first = sealer.create(meta, version('value one'));
    const described = sealer.describe(first, { ...meta, description: 'newer' });
    expect(() => sealer.meta({ ...described, meta: first.meta })).toThrow(damaged);
    const rotated = sealer.add(first, version('value two'));
    const swapped: SealedEntry = {
      ...rotated,
      versions: [
        { version: 1, sealed: rotated.versions[1]!.sealed },
        { version: 2, sealed: rotated.versions[0]!.sealed },
      ],
    };
    for (const number of [1, 2]) expect(() => sealer.version(swapped, number)).toThrow(damaged);
  });

  it('keeps its newest versions, and their numbers', () => {
    let entry = sealer.create(meta, version('value 1'));
    for (let n = 2; n <= KEPT_VERSIONS + 5; n += 1)
      entry = sealer.add(entry, version(`value ${n}`));
    expect(entry.versions.map((one) => one.version)).toEqual(
      Array.from({ length: KEPT_VERSIONS }, (_, at) => at + 6),
    );
    expect(sealer.version(entry)?.value).toBe(`value ${KEPT_VERSIONS + 5}`);
    expect(sealer.version(entry, 6)?.value).toBe('value 6');
    expect(sealer.version(entry, 5)).toBeUndefined();
  });

  it('is sealed anew under another key with all its versions, and the old key opens none of it', () => {
    const entry = sealer.add(sealer.create(meta, version('value 1')), version('value 2'));
    const next = new EntrySealer('vault-a', randomBytes(32));
    const moved = next.reseal(
      entry,
      meta,
      entry.versions.map((one) => ({
        version: one.version,
        content: sealer.version(entry, one.version)!,
      })),
    );
    expect([1, 2].map((n) => next.version(moved, n)?.value)).toEqual(['value 1', 'value 2']);
    expect(next.meta(moved)).toEqual(meta);
    expect(() => sealer.meta(moved)).toThrow(damaged);
    expect(() => sealer.version(moved)).toThrow(damaged);
  });
});

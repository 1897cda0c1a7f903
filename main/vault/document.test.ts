import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { canonicalJson, digest } from './crypto.ts';
import {
  decodeDocument,
  documentHead,
  encodeDocument,
  isAuthentic,
  MAX_FILE_BYTES,
  type UnsignedDocument,
} from './document.ts';

const id = (byte: number) => Buffer.alloc(16, byte).toString('base64url');
const key = randomBytes(32);
const unsigned = (more: Partial<UnsignedDocument> = {}): UnsignedDocument => ({
  ...documentHead,
  vault: id(1),
  generation: 3,
  created_at: 1_700_000_000_000,
  written_at: 1_700_000_000_001,
  slots: [
    { id: id(2), created_at: 5, label: '', kind: 'recovery', recipient: 'age1abc', wrapped: '' },
  ],
  entries: [{ id: id(3), revision: 1, meta: 'AAAA', versions: [{ version: 1, sealed: 'BBBB' }] }],
  ...more,
});
const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeDocument(bytes);
    return 'accepted';
  } catch (error) {
    return (error as NexusError).code;
  }
};
/** A document of any content, with the checksum that belongs to it. */
function mended(content: Record<string, unknown>): Buffer {
  const { checksum: _, ...rest } = content;
  const text = canonicalJson({ ...rest, checksum: digest(canonicalJson(rest as never)) } as never);
  return Buffer.from(`${text}\n`);
}

describe('a vault’s document', () => {
  it('is read as it was written, and is authentic under its key alone', () => {
    const bytes = encodeDocument(unsigned(), key);
    const read = decodeDocument(bytes);
    expect(read).toMatchObject(unsigned());
    expect(isAuthentic(read, key)).toBe(true);
    expect(isAuthentic(read, randomBytes(32))).toBe(false);
    expect(isAuthentic({ ...read, generation: 4 }, key)).toBe(false);
  });

  it('is the same bytes for the same content, whatever the order of its keys', () => {
    // Bug caught: a MAC that another version of a library computes over other bytes.
    const turned = Object.fromEntries(Object.entries(unsigned()).toReversed()) as UnsignedDocument;
    expect(encodeDocument(turned, key).equals(encodeDocument(unsigned(), key))).toBe(true);
  });

  it('has one spelling: the same JSON written otherwise is damage', () => {
    const text = encodeDocument(unsigned(), key).toString('utf8');
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const other of [
      JSON.stringify(parsed, null, 2),
      JSON.stringify(parsed),
      text.trimEnd(),
      `${text}\n`,
      ` ${text}`,
      text.replace('"generation":3', '"generation":3.0'),
      text.replace('"generation":3', '"generation":3,"generation":3'),
      text.replace('"vault"', '"\\u0076ault"'),
      `\ufeff${text}`,
    ])
      expect({ other: other.slice(0, 30), code: codeOf(Buffer.from(other)) }).toMatchObject({
        code: 'vault.damaged',
      });
  });

  it('of a later format is told as that, and not as damage', () => {
    // Bug caught: somebody who went back to an older Nexus “restores” an old generation over the new.
    expect(codeOf(Buffer.from('{"format":"nexus-vault","version":2,"anything":true}'))).toBe(
      'vault.newer',
    );
    expect(codeOf(Buffer.from('{"format":"other","version":2}'))).toBe('vault.damaged');
  });

  it('has bounds: no byte too many, no slot and no field that does not belong there', () => {
    expect(codeOf(new Uint8Array())).toBe('vault.damaged');
    expect(codeOf(Buffer.alloc(MAX_FILE_BYTES + 1, 32))).toBe('vault.damaged');
    const good = decodeDocument(encodeDocument(unsigned(), key));
    expect(codeOf(mended({ ...good }))).toBe('accepted');
    const slot = good.slots[0]!;
    for (const wrong of [
      { ...good, extra: 1 },
      { ...good, slots: Array.from({ length: 17 }, () => slot) },
      { ...good, slots: [{ ...slot, kind: 'guess' }] },
      { ...good, slots: [{ ...slot, extra: 1 }] },
      { ...good, slots: [{ ...slot, recipient: '../../etc/passwd' }] },
      { ...good, generation: -1 },
      { ...good, generation: 1.5 },
      { ...good, generation: Number.MAX_SAFE_INTEGER + 1 },
      { ...good, vault: 'short' },
      { ...good, entries: [{ ...good.entries[0], versions: [] }] },
      { ...good, entries: [{ ...good.entries[0], meta: 'not base64!' }] },
      { ...good, entries: 'none' },
    ])
      expect({ wrong, code: codeOf(mended(wrong as Record<string, unknown>)) }).toMatchObject({
        code: 'vault.damaged',
      });
  });

  it('with any one value changed is damage while nobody has a key', () => {
    const good = decodeDocument(encodeDocument(unsigned(), key));
    fc.assert(
      fc.property(
        fc.constantFrom(
          'vault',
          'generation',
          'created_at',
          'written_at',
          'slots',
          'entries',
          'mac',
        ),
        fc.jsonValue(),
        (field, value) => {
          const changed = { ...good, [field]: value };
          fc.pre(canonicalJson(changed as never) !== canonicalJson(good as never));
          expect(codeOf(Buffer.from(`${canonicalJson(changed as never)}\n`))).toBe('vault.damaged');
        },
      ),
    );
  });
});

import { z } from 'zod';
import type { Json } from '#contract/common.ts';
import { canonicalJson, digest, macOf, sameText } from './crypto.ts';
import { vaultError } from './errors.ts';

/** The vault file may have at most so many bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
export const MAX_ENTRIES = 10_000;
export const MAX_SLOTS = 16;
const FORMAT = 'nexus-vault';
const VERSION = 1;

const base64 = z.string().regex(/^[A-Za-z0-9_-]*$/);
const id = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const whole = z.number().int().nonnegative();
const time = whole;

/** What argon2id is asked to do; within which bounds, `passphrase.ts` says before it is done. */
export const argonCosts = z.strictObject({
  memory_kib: whole,
  passes: whole,
  lanes: whole,
});
export type ArgonCosts = z.infer<typeof argonCosts>;

const slotBase = { id, created_at: time, label: z.string().max(120) };
/** One way to the master key: it is wrapped by what the slot names. */
export const slot = z.discriminatedUnion('kind', [
  z.strictObject({
    ...slotBase,
    kind: z.literal('passphrase'),
    salt: base64,
    costs: argonCosts,
    wrapped: base64,
  }),
  z.strictObject({ ...slotBase, kind: z.literal('keychain'), wrapped: base64 }),
  z.strictObject({
    ...slotBase,
    kind: z.literal('recovery'),
    recipient: z.string().regex(/^age1[a-z0-9]+$/),
    /** An age file (binary, base64url) that holds the master key. */
    wrapped: base64,
  }),
]);
export type Slot = z.infer<typeof slot>;

const sealedVersion = z.strictObject({ version: whole.min(1), sealed: base64 });
const sealedEntry = z.strictObject({
  id,
  /** Counts the changes of `meta`. */
  revision: whole.min(1),
  /** Name, description, tags and rotation. */
  meta: base64,
  /** The values, the oldest first. */
  versions: z.array(sealedVersion).min(1),
});
export type SealedEntry = z.infer<typeof sealedEntry>;

/** The vault file: canonical JSON (RFC 8785) and a newline, nothing else. */
export const vaultDocument = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  vault: id,
  generation: whole,
  created_at: time,
  written_at: time,
  slots: z.array(slot).max(MAX_SLOTS),
  entries: z.array(sealedEntry).max(MAX_ENTRIES),
  /** HMAC-SHA256 over everything above: slots and entries cannot be mixed, left out or put back. */
  mac: base64,
  /** SHA-256 over everything above, without a key: tells accidental damage while locked. */
  checksum: base64,
});
export type VaultDocument = z.infer<typeof vaultDocument>;

/** A document without what is computed over it. */
export type UnsignedDocument = Omit<VaultDocument, 'mac' | 'checksum'>;

/** What a new document begins with. */
export const documentHead = { format: FORMAT, version: VERSION } as const;

/** The bytes of a document, with its MAC under `macKey` and its checksum. */
export function encodeDocument(unsigned: UnsignedDocument, macKey: Uint8Array): Buffer {
  const mac = macOf(macKey, unsigned as unknown as Json);
  const signed = { ...unsigned, mac };
  const checksum = digest(canonicalJson(signed as unknown as Json));
  return Buffer.from(`${canonicalJson({ ...signed, checksum } as unknown as Json)}\n`);
}

/**
 * Reads the bytes of a vault file. Only the very bytes that were written are taken: any other
 * spelling of the same document is refused, and so is every flipped bit.
 *
 * @throws NexusError `vault.damaged`, `vault.newer`
 */
export function decodeDocument(bytes: Uint8Array): VaultDocument {
  if (bytes.length === 0) throw vaultError.damaged('it is empty.');
  if (bytes.length > MAX_FILE_BYTES) throw vaultError.damaged('it is too large.');
  const text = Buffer.from(bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw vaultError.damaged('it ends too early or holds bytes that do not belong there.', cause);
  }
  const newer = z.object({ format: z.literal(FORMAT), version: whole.min(VERSION + 1) });
  const later = newer.safeParse(value);
  if (later.success) throw vaultError.newer(later.data.version);
  const parsed = vaultDocument.safeParse(value);
  if (!parsed.success)
    throw vaultError.damaged(
      `${parsed.error.issues[0]?.path.map(String).join('.') || 'it'} is not as it should be.`,
    );
  const document = parsed.data;
  const { checksum, ...rest } = document;
  const exact = `${canonicalJson(document as unknown as Json)}\n`;
  if (
    !Buffer.from(exact).equals(bytes) ||
    !sameText(checksum, digest(canonicalJson(rest as unknown as Json)))
  )
    throw vaultError.damaged('its checksum is not the one of its content.');
  return document;
}

/** Whether the document is as whoever has the master key wrote it. */
export function isAuthentic(document: VaultDocument, macKey: Uint8Array): boolean {
  const { mac, checksum: _, ...unsigned } = document;
  return sameText(mac, macOf(macKey, unsigned as unknown as Json));
}

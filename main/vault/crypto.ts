import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '#contract/common.ts';

/** Length of every key, in bytes. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a sealed text's length is rounded up to, so that it says little of the length of a value. */
const PADDING = 64;

/** RFC 8785 canonical JSON: one text for one value. */
export function canonicalJson(value: Json): string {
  return canonicalize(value)!;
}

/** RFC 4648 section 5, without padding. */
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64url');

/**
 * A key for one purpose, by HKDF-SHA256 (RFC 5869): `salt` is the vault's id, `info` says what the
 * key is for, so that no two purposes and no two vaults share a key.
 */
export function deriveKey(master: Uint8Array, vault: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, vault, `nexus/vault/v1/${purpose}`, KEY_BYTES));
}

/**
 * AES-256-GCM (NIST SP 800-38D) under a random 96-bit nonce. What is `bound` (additional
 * authenticated data, as canonical JSON) must be the same when it is opened.
 *
 * @param nonce for known-answer tests only
 * @returns nonce, ciphertext and tag, in base64url
 */
export function seal(
  key: Uint8Array,
  plain: Uint8Array,
  bound: Json,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(canonicalJson(bound)));
  return toBase64(
    Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  );
}

/** What {@link seal} sealed; undefined when key, binding or text is not the very one. */
export function open(key: Uint8Array, sealed: string, bound: Json): Buffer | undefined {
  const bytes = fromBase64(sealed);
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(canonicalJson(bound)));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)),
      decipher.final(),
    ]);
  } catch {
    return undefined;
  }
}

/** A JSON value sealed; spaces behind it hide its exact length. */
export function sealJson(key: Uint8Array, value: Json, bound: Json, nonce?: Uint8Array): string {
  const text = Buffer.from(JSON.stringify(value));
  const plain = Buffer.alloc(Math.ceil((text.length + 1) / PADDING) * PADDING, ' ');
  text.copy(plain);
  const sealed = seal(key, plain, bound, nonce);
  wipe(text, plain);
  return sealed;
}

/** What {@link sealJson} sealed, or undefined. */
export function openJson(key: Uint8Array, sealed: string, bound: Json): unknown {
  const plain = open(key, sealed, bound);
  if (!plain) return undefined;
  const value: unknown = JSON.parse(plain.toString('utf8'));
  wipe(plain);
  return value;
}

/** HMAC-SHA256 (RFC 2104) of a value's canonical JSON, in base64url. */
export function macOf(key: Uint8Array, value: Json): string {
  return createHmac('sha256', key).update(canonicalJson(value)).digest('base64url');
}

/** SHA-256 in base64url. */
export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function sameText(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Overwrites key material. JavaScript may have copied it before; this is what it allows. */
export function wipe(...buffers: (Uint8Array | undefined)[]): void {
  for (const buffer of buffers) buffer?.fill(0);
}

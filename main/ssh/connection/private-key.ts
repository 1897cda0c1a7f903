import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { utils } from '../ssh2.ts';

const PKCS8 = /^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----\s*$/m;

/** A private key; see {@link parseKey}. */
export function parsePrivateKey(text: Buffer, passphrase?: string): ParsedKey | undefined {
  const key = parseKey(text, passphrase);
  return key?.isPrivateKey() ? key : undefined;
}

/**
 * Reads a public or private key: OpenSSH's own format, PuTTY's, old PEM, and PKCS#8 (RFC 5958), which the
 * built-in client does not know and `ssh-keygen -m PKCS8` and `openssl genpkey` write. Undefined
 * where it is none that can be used, or the passphrase is missing or wrong.
 */
export function parseKey(text: Buffer, passphrase?: string): ParsedKey | undefined {
  const known = PKCS8.test(text.toString('latin1')) ? fromPkcs8(text, passphrase) : text;
  if (known === undefined) return undefined;
  const parsed = utils.parseKey(known, passphrase);
  const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
  return key instanceof Error ? undefined : key;
}

/** Whether a private key needs a passphrase to be read. */
export function isEncrypted(text: Buffer): boolean {
  const pkcs8 = PKCS8.exec(text.toString('latin1'));
  if (pkcs8) return pkcs8[1] !== undefined;
  const parsed = utils.parseKey(text);
  return parsed instanceof Error && /encrypted|passphrase/i.test(parsed.message);
}

function fromPkcs8(text: Buffer, passphrase: string | undefined): string | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return undefined;
  }
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }) as string;
  if (type === 'ec') return key.export({ type: 'sec1', format: 'pem' }) as string;
  return type === 'ed25519' ? opensshEd25519(key) : undefined;
}

/** An ed25519 key as OpenSSH keeps it, unencrypted (PROTOCOL.key of OpenSSH); there is no older format for it. */
function opensshEd25519(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const type = Buffer.from('ssh-ed25519');
  // Two equal numbers tell a right passphrase from a wrong one; here there is none.
  const secret = [
    Buffer.alloc(8),
    string(type),
    string(point),
    string(Buffer.concat([seed, point])),
  ];
  const body = Buffer.concat([...secret, string(Buffer.alloc(0))]);
  const padding = Buffer.from(Array.from({ length: -body.length & 7 }, (_, i) => i + 1));
  const none = string(Buffer.from('none'));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    string(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    string(Buffer.concat([string(type), string(point)])),
    string(Buffer.concat([body, padding])),
  ]);
  const lines = blob.toString('base64').replace(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

// RFC 4251, section 5: a length, then the bytes.
function string(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

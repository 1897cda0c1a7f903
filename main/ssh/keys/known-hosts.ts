import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { globMatches } from '../expression.ts';

/** One line of a known_hosts file (sshd(8), “SSH_KNOWN_HOSTS FILE FORMAT”). */
export interface KnownHost {
  marker?: 'revoked' | 'cert-authority';
  /** The first field as it stands: patterns, or a hashed name. */
  names: string;
  /** e.g. `ssh-ed25519`. */
  type: string;
  /** The key's blob. */
  key: Buffer;
  /** 1-based. */
  line: number;
}

/** Lines beyond this are not read: no key is so long. */
const MAX_LINE = 64 * 1024;

/** Reads a known_hosts file; lines that are none are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string): KnownHost[] {
  const found: KnownHost[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.length > MAX_LINE) continue;
    const fields = raw.trim().split(/[ \t]+/);
    let marker: KnownHost['marker'];
    if (fields[0]?.startsWith('@')) {
      const name = fields.shift()!.slice(1);
      if (name !== 'revoked' && name !== 'cert-authority') continue;
      marker = name;
    }
    const [names, type, base64] = fields;
    if (!names || names.startsWith('#') || !type || !base64) continue;
    const key = Buffer.from(base64, 'base64');
    // The blob names its own type: a line whose fields disagree is damaged.
    if (keyType(key) !== type) continue;
    found.push({ ...(marker ? { marker } : {}), names, type, key, line: index + 1 });
  }
  return found;
}

/** The type that a public key's blob names (RFC 4253, section 6.6); empty where it is none. */
export function keyType(blob: Buffer): string {
  if (blob.length < 4) return '';
  const length = blob.readUInt32BE(0);
  return length > 0 && length <= 64 && blob.length >= 4 + length
    ? blob.toString('latin1', 4, 4 + length)
    : '';
}

/** The name under which a host is kept: `address`, or `[address]:port` for another port than 22. */
export function knownName(address: string, port: number): string {
  const plain = address.toLowerCase();
  return port === 22 ? plain : `[${plain}]:${port}`;
}

/** Whether the first field of a line means `name`: hashed, or patterns with `*`, `?` and `!`. */
export function namesMatch(names: string, name: string): boolean {
  if (names.startsWith('|')) return hashedMatches(names, name);
  let matched = false;
  for (const pattern of names.split(',')) {
    const negated = pattern.startsWith('!');
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function hashedMatches(names: string, name: string): boolean {
  const [, version, salt, hash] = names.split('|');
  if (version !== '1' || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `|1|salt|hash`: the name by HMAC-SHA1 under a random salt, so that the file lists nobody's hosts. */
export function hashName(name: string, salt: Buffer = randomBytes(20)): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/** One line for a file, without its end. */
export function formatKnownHost(names: string, key: Buffer): string {
  return `${names} ${keyType(key)} ${key.toString('base64')}`;
}

/** `SHA256:…`, as OpenSSH shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { atomicWrite } from '#main/base/files.ts';
import { NexusError } from '#main/base/errors.ts';
import {
  fingerprint,
  formatKnownHost,
  hashName,
  keyType,
  type KnownHost,
  knownName,
  namesMatch,
  parseKnownHosts,
} from './known-hosts.ts';

/** Where a known key stands. */
export interface KnownKey extends KnownHost {
  file: string;
}

/** What is known of a host's key. */
export type Verdict =
  | { is: 'known' }
  /** `authorities`: whoever should have signed it, by what is known. */
  | { is: 'new'; authorities: KnownKey[] }
  | { is: 'changed'; known: KnownKey[] }
  | { is: 'revoked'; known: KnownKey };

/** Which host is meant. */
export interface KeyOwner {
  name: string;
  address: string;
  port: number;
  alias?: string;
}

const MAX_FILE = 64 * 1024 * 1024;

/**
 * The host keys that Nexus trusts: its own file, which it writes, and those of OpenSSH, which it
 * only reads.
 */
export class HostKeys {
  readonly #own: string;
  readonly #others: readonly string[];
  readonly #cache = new Map<string, { stamp: string; entries: KnownHost[] }>();
  #writing: Promise<void> = Promise.resolve();

  /** @param own the file that Nexus writes @param others files that it reads */
  constructor(own: string, others: readonly string[]) {
    this.#own = own;
    this.#others = others;
  }

  /** All files, Nexus's own first; for OpenSSH's UserKnownHostsFile. */
  get files(): string[] {
    return [this.#own, ...this.#others];
  }

  /**
   * Every line that means this host. What says something of an authority or of a revoked key means
   * its address at every port, as with OpenSSH.
   */
  async entries(owner: KeyOwner): Promise<KnownKey[]> {
    const name = nameOf(owner);
    const anyPort = owner.alias === undefined ? knownName(owner.address, 22) : name;
    const found: KnownKey[] = [];
    for (const file of this.files)
      for (const entry of await this.#read(file))
        if (
          namesMatch(entry.names, name) ||
          (entry.marker !== undefined && namesMatch(entry.names, anyPort))
        )
          found.push({ ...entry, file });
    return found;
  }

  /** What is known of `key`. A key of another type than the known ones counts as changed: whoever stands between could offer one. */
  async judge(owner: KeyOwner, key: Buffer): Promise<Verdict> {
    const entries = await this.entries(owner);
    const revoked = entries.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
    if (revoked) return { is: 'revoked', known: revoked };
    const plain = entries.filter((entry) => entry.marker === undefined);
    if (plain.some((entry) => entry.key.equals(key))) return { is: 'known' };
    return plain.length > 0
      ? { is: 'changed', known: plain }
      : { is: 'new', authorities: authoritiesIn(entries) };
  }

  /** Writes a key to Nexus's own file, under a hashed name. */
  async trust(owner: KeyOwner, key: Buffer): Promise<void> {
    await this.#rewrite((text) => {
      const end = text === '' || text.endsWith('\n') ? '' : '\n';
      return `${text}${end}${formatKnownHost(hashName(nameOf(owner)), key)}\n`;
    });
  }

  /** Takes a host's keys out of Nexus's own file; answers how many there were. */
  async forget(owner: KeyOwner): Promise<number> {
    const name = nameOf(owner);
    let removed = 0;
    await this.#rewrite((text) => {
      const gone = new Set(
        parseKnownHosts(text)
          .filter((entry) => entry.marker === undefined && namesMatch(entry.names, name))
          .map((entry) => entry.line),
      );
      removed = gone.size;
      return text
        .split('\n')
        .filter((_, index) => !gone.has(index + 1))
        .join('\n');
    });
    return removed;
  }

  async #rewrite(change: (text: string) => string): Promise<void> {
    const work = this.#writing.then(async () => {
      const before = await readFile(this.#own, 'utf8').catch(missing);
      const after = change(before);
      if (after === before) return;
      await mkdir(dirname(this.#own), { recursive: true, mode: 0o700 });
      await atomicWrite(this.#own, after, { mode: 0o600 });
      this.#cache.delete(this.#own);
    });
    this.#writing = work.catch(() => undefined);
    return work;
  }

  async #read(file: string): Promise<KnownHost[]> {
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile() || info.size > MAX_FILE) return [];
    const stamp = `${info.ino}:${info.size}:${info.mtimeMs}`;
    const cached = this.#cache.get(file);
    if (cached?.stamp === stamp) return cached.entries;
    const entries = parseKnownHosts(await readFile(file, 'utf8').catch(missing));
    this.#cache.set(file, { stamp, entries });
    return entries;
  }
}

/** The lines of certificate authorities. */
export const authoritiesIn = (known: KnownKey[]): KnownKey[] =>
  known.filter((one) => one.marker === 'cert-authority');

/** What is said of a key without a certificate where an authority should have signed it; else nothing. */
export function unsigned(authorities: KnownKey[]): string {
  const [first] = authorities;
  return first
    ? ` A certificate authority is known for the host (${first.file}:${first.line}), and this key has no certificate of it that counts.`
    : '';
}

const nameOf = ({ alias, address, port }: KeyOwner) =>
  alias?.toLowerCase() ?? knownName(address, port);

function missing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  throw error;
}

/** The error for a key that is not the known one. */
export function changedKey(owner: KeyOwner, key: Buffer, known: KnownKey[]): NexusError {
  const expected = known.map((one) => `${fingerprint(one.key)} (${one.type})`).join(', ');
  const places = known.map((one) => `${one.file}:${one.line}`).join(', ');
  return new NexusError({
    code: 'ssh.host_key_changed',
    message: `The host key of ${owner.name} has changed. Known: ${expected}. Offered: ${fingerprint(key)} (${keyType(key)}). Somebody may stand between you and the host.`,
    hint: `If the host was set up anew, check the new fingerprint with whoever runs it, then: nexus host trust ${owner.name} --replace (known from ${places}).`,
    kind: 'operational',
    details: {
      host: owner.name,
      known: known.map((one) => fingerprint(one.key)),
      offered: fingerprint(key),
      files: known.map((one) => `${one.file}:${one.line}`),
      retryable: false,
    },
  });
}

/** The error for a key that a known_hosts file marks as revoked. */
export function revokedKey(owner: KeyOwner, key: Buffer, known: KnownKey): NexusError {
  return new NexusError({
    code: 'ssh.host_key_revoked',
    message: `The host key of ${owner.name}, ${fingerprint(key)}, is marked as revoked in ${known.file}, line ${known.line}.`,
    hint: 'Do not connect. Ask whoever runs the host for a new key.',
    kind: 'operational',
    details: { host: owner.name, offered: fingerprint(key), retryable: false },
  });
}

/** The error for a key that nobody has confirmed. */
export function unknownKey(
  owner: KeyOwner,
  key: Buffer,
  authorities: KnownKey[],
  cause?: unknown,
): NexusError {
  return new NexusError({
    code: 'ssh.host_key_unknown',
    message: `The host key of ${owner.name} is not known: ${fingerprint(key)} (${keyType(key)}).${unsigned(authorities)}`,
    hint: `Confirm it: nexus host test ${owner.name} in a terminal, or take it unseen with --accept-new.`,
    kind: 'operational',
    details: { host: owner.name, offered: fingerprint(key), retryable: false },
    cause,
  });
}

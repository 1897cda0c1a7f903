import { z } from 'zod';
import type { Json } from '#contract/common.ts';
import { rotationPolicy } from '#contract/vaultSecrets.ts';
import { deriveKey, openJson, sealJson, wipe } from './crypto.ts';
import type { SealedEntry } from './document.ts';
import { vaultError } from './errors.ts';
import { randomId } from './slots.ts';

/** How many versions of one secret are kept, the present one included. */
export const KEPT_VERSIONS = 20;
/** A value may have at most so many bytes of UTF-8. */
export const MAX_VALUE_BYTES = 64 * 1024;

/** What is sealed as an entry's `meta`. */
export const entryMeta = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  rotation: rotationPolicy.optional(),
  created_at: z.number(),
  changed_at: z.number(),
  changed_by: z.string(),
});
export type EntryMeta = z.infer<typeof entryMeta>;

/** What is sealed as one version. */
const entryVersion = z.object({
  value: z.string(),
  created_at: z.number(),
  created_by: z.string(),
});
export type EntryVersion = z.infer<typeof entryVersion>;

/** Seals and opens the entries of one vault. Every text is bound to vault, entry and version. */
export class EntrySealer {
  readonly #vault: string;
  readonly #master: Uint8Array;

  constructor(vault: string, master: Uint8Array) {
    this.#vault = vault;
    this.#master = master;
  }

  /** A new entry with its first version. */
  create(meta: EntryMeta, first: EntryVersion): SealedEntry {
    const id = randomId();
    return {
      id,
      revision: 1,
      meta: this.#sealMeta(id, 1, meta),
      versions: [{ version: 1, sealed: this.#sealVersion(id, 1, first) }],
    };
  }

  /** The same entry with other `meta`. */
  describe(entry: SealedEntry, meta: EntryMeta): SealedEntry {
    const revision = entry.revision + 1;
    return { ...entry, revision, meta: this.#sealMeta(entry.id, revision, meta) };
  }

  /** The same entry with one version more; the oldest go when there are too many. */
  add(entry: SealedEntry, next: EntryVersion): SealedEntry {
    const version = entry.versions.at(-1)!.version + 1;
    const sealed = this.#sealVersion(entry.id, version, next);
    const versions = [...entry.versions, { version, sealed }].slice(-KEPT_VERSIONS);
    return { ...entry, versions };
  }

  /** The same entry, opened with another key, under this one. */
  reseal(
    { id, revision }: SealedEntry,
    meta: EntryMeta,
    versions: { version: number; content: EntryVersion }[],
  ): SealedEntry {
    return {
      id,
      revision: revision + 1,
      meta: this.#sealMeta(id, revision + 1, meta),
      versions: versions.map(({ version, content }) => ({
        version,
        sealed: this.#sealVersion(id, version, content),
      })),
    };
  }

  /** @throws NexusError `vault.damaged` */
  meta(entry: SealedEntry): EntryMeta {
    const { id, revision } = entry;
    const key = this.#key(id);
    const value = openJson(key, entry.meta, this.#metaBinding(id, revision));
    wipe(key);
    const parsed = entryMeta.safeParse(value);
    if (!parsed.success) throw vaultError.damaged(`an entry (${id}) does not open.`);
    return parsed.data;
  }

  /** The newest version, or the one that is named. @throws NexusError `vault.damaged` */
  version(entry: SealedEntry, version?: number): EntryVersion | undefined {
    const found =
      version === undefined
        ? entry.versions.at(-1)
        : entry.versions.find((one) => one.version === version);
    if (!found) return undefined;
    const key = this.#key(entry.id);
    const value = openJson(key, found.sealed, this.#versionBinding(entry.id, found.version));
    wipe(key);
    const parsed = entryVersion.safeParse(value);
    if (!parsed.success)
      throw vaultError.damaged(`a value of an entry (${entry.id}) does not open.`);
    return parsed.data;
  }

  #key(id: string): Buffer {
    return deriveKey(this.#master, this.#vault, `entry/${id}`);
  }

  #sealMeta(id: string, revision: number, meta: EntryMeta): string {
    return this.#seal(id, meta, this.#metaBinding(id, revision));
  }

  #sealVersion(id: string, version: number, content: EntryVersion): string {
    return this.#seal(id, content, this.#versionBinding(id, version));
  }

  #seal(id: string, content: Json, bound: Json): string {
    const key = this.#key(id);
    const sealed = sealJson(key, content, bound);
    wipe(key);
    return sealed;
  }

  #metaBinding(entry: string, revision: number): Json {
    return { vault: this.#vault, entry, meta: revision };
  }

  #versionBinding(entry: string, version: number): Json {
    return { vault: this.#vault, entry, version };
  }
}

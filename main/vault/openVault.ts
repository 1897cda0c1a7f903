import { deriveKey, wipe } from './crypto.ts';
import { decodeDocument, isAuthentic, type SealedEntry, type VaultDocument } from './document.ts';
import { EntrySealer, type EntryMeta, type EntryVersion } from './entries.ts';
import { vaultError } from './errors.ts';

/** One entry with its opened `meta`; values stay sealed until they are asked for. */
export interface OpenEntry {
  sealed: SealedEntry;
  meta: EntryMeta;
}

/** An unlocked vault in memory: the master key and one authentic document. */
export class OpenVault {
  readonly document: VaultDocument;
  readonly sealer: EntrySealer;
  readonly #master: Buffer;
  readonly #byName = new Map<string, OpenEntry>();
  #users = 0;
  #closed = false;

  /**
   * Takes over `master`, which is wiped when this is closed.
   * @throws NexusError `vault.damaged` when the document is not the work of whoever has the key
   */
  constructor(document: VaultDocument, master: Buffer) {
    this.document = document;
    this.#master = master;
    this.sealer = new EntrySealer(document.vault, master);
    try {
      this.#readNames();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #readNames(): void {
    const { document } = this;
    const macKey = OpenVault.macKey(this.#master, document.vault);
    const authentic = isAuthentic(document, macKey);
    wipe(macKey);
    if (!authentic)
      throw vaultError.damaged('its content was changed by somebody without the key.');
    for (const sealed of document.entries) {
      const meta = this.sealer.meta(sealed);
      this.#byName.set(meta.name, { sealed, meta });
    }
  }

  /** The key of the MAC of a vault's documents; the caller wipes it. */
  static macKey(master: Uint8Array, vault: string): Buffer {
    return deriveKey(master, vault, 'header');
  }

  /** A copy of the master key, for a new slot; the caller wipes it. */
  master(): Buffer {
    return Buffer.from(this.#master);
  }

  /** The same vault as a newer document of it. @throws NexusError `vault.damaged` */
  reopened(bytes: Uint8Array): OpenVault {
    return new OpenVault(decodeDocument(bytes), this.master());
  }

  get entries(): OpenEntry[] {
    return [...this.#byName.values()];
  }

  find(name: string): OpenEntry | undefined {
    return this.#byName.get(name);
  }

  /** @throws NexusError `vault.not_found` */
  entry(name: string): OpenEntry {
    const found = this.#byName.get(name);
    if (!found) throw vaultError.notFound(name);
    return found;
  }

  /** The present value with its date. @throws NexusError `vault.not_found`, `vault.damaged` */
  current(name: string): EntryVersion {
    return this.sealer.version(this.entry(name).sealed)!;
  }

  /**
   * Keeps the key until `work` has ended, also where this is closed meanwhile: what is sealed in the
   * middle of it would be sealed with a key of zeros.
   */
  async keptOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      if (this.#closed) this.close();
    }
  }

  /** Wipes the key, as soon as nobody works with it. */
  close(): void {
    this.#closed = true;
    if (this.#users > 0) return;
    wipe(this.#master);
    this.#byName.clear();
  }
}

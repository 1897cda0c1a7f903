import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditRecord } from '#main/audit/index.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { toNexusError, type NexusError } from '#main/base/errors.ts';
import { EventBus } from '#main/base/events.ts';
import type { Logger } from '#main/base/log.ts';
import {
  decodeDocument,
  type ArgonCosts,
  type SealedEntry,
  type Slot,
  type VaultDocument,
} from './document.ts';
import { vaultError } from './errors.ts';
import { VaultFolder } from './folder.ts';
import { IdleTimer } from './idle.ts';
import type { Keychain } from './keychain.ts';
import { KnownVault } from './known.ts';
import { OpenVault } from './openVault.ts';
import { recoveryCopy } from './recovery.ts';
import { Uses } from './uses.ts';
import { writeDocument } from './writeDocument.ts';
import { withWriteLock } from './writeLock.ts';

/** What a vault is built from. */
export interface VaultOptions {
  db: Database;
  /** The folder `vault` of the home. */
  folder: string;
  clock: Clock;
  log: Logger;
  /** Told every value before anybody sees it. @returns false where it is too short to be hidden */
  conceal: (value: string, name: string) => boolean;
  record: (entry: AuditRecord) => Promise<void>;
  keychain: Keychain;
  /** After how many idle minutes it locks itself; 0: never. */
  idleMinutes: () => number;
  /** Whether it locks when the person leaves: the machine sleeps, the screen is locked. */
  locksWithScreen: () => boolean;
  /** What a new passphrase slot asks of argon2id; default `DEFAULT_COSTS`. */
  costs?: ArgonCosts;
}

/** Announced after it has happened. */
export type VaultEvents = {
  unlocked: Record<never, never>;
  locked: { reason: LockReason };
  /** Something that `status` or `list` tells. */
  changed: Record<never, never>;
};
export type LockReason = 'asked' | 'idle' | 'sleep' | 'screen' | 'changed' | 'closed';

/** What a change makes of a vault. */
export interface Change<T> {
  entries?: SealedEntry[];
  slots?: Slot[];
  /** A new master key, with which `entries` and `slots` were made. */
  master?: Buffer;
  /** What the change answers with, out of the vault as it was written. */
  result: (written: OpenVault) => T | Promise<T>;
}

/** The vault's file, what is known of it, and the key while it is unlocked. */
export class VaultState {
  readonly options: VaultOptions;
  readonly folder: VaultFolder;
  readonly known: KnownVault;
  readonly uses: Uses;
  readonly idle: IdleTimer;
  readonly events: EventBus<VaultEvents>;
  readonly #lockFile: string;
  /** The file as it was read last. */
  document: VaultDocument | undefined;
  /** Why the file must not be used. */
  problem: NexusError | undefined;
  /** Names as of the last time it was open: no value, but enough to know who must wait. */
  #names: Set<string> | undefined;
  /** The MAC of the document that they are of. */
  #namesOf: string | undefined;
  #open: OpenVault | undefined;
  /** How often it was to be locked, whether it was open or not. */
  #locks = 0;
  /** Nonces of the values that the redactor has. */
  readonly #concealed = new Set<string>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: VaultOptions) {
    const { db, clock, log, record } = options;
    this.options = options;
    this.folder = new VaultFolder(options.folder);
    this.#lockFile = join(options.folder, 'lock');
    this.known = new KnownVault(db);
    this.uses = new Uses({ known: this.known, clock, log, record });
    this.events = new EventBus((error) => log.error('a listener of the vault failed', { error }));
    this.idle = new IdleTimer(clock, options.idleMinutes, () => this.lock('idle'));
  }

  /** One after the other: what reads, derives and writes must not overlap in this process. */
  serial<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(work, work);
    this.#tail = next.catch(() => undefined);
    return next;
  }

  /** Reads the file and holds it against what the database knows; sets `document` and `problem`. */
  async load(): Promise<void> {
    try {
      this.#take(await this.folder.read());
    } catch (error) {
      this.document = undefined;
      this.problem = toNexusError(error);
    }
  }

  #take(bytes: Uint8Array | undefined): void {
    this.problem = undefined;
    this.document = bytes && decodeDocument(bytes);
    const known = this.known.get();
    if (!known) return;
    const found = this.document;
    if (!found) this.problem = vaultError.missing();
    else if (found.vault !== known.vault) this.problem = vaultError.replaced();
    else if (
      found.generation < known.generation ||
      (found.generation === known.generation && found.mac !== known.mac)
    )
      this.problem = vaultError.rolledBack(found.generation, known.generation);
  }

  /** The document to unlock. @throws NexusError `vault.none` or what is wrong with the file */
  usable(): VaultDocument {
    if (this.problem) throw this.problem;
    if (!this.document) throw vaultError.none();
    return this.document;
  }

  /** Whether there is a vault that must be asked before the environment is. */
  get exists(): boolean {
    return (
      this.document !== undefined || this.problem !== undefined || this.known.get() !== undefined
    );
  }

  /**
   * The unlocked vault, as the file is now (another process may have written it).
   * @throws NexusError `vault.locked`, `vault.none`, or what is wrong with the file
   */
  open(): OpenVault {
    const open = this.#open;
    if (!open) throw this.problem ?? (this.exists ? vaultError.locked() : vaultError.none());
    const known = this.known.get();
    if (!known || known.mac === open.document.mac) return open;
    return this.#follow(open);
  }

  get unlocked(): boolean {
    return this.#open !== undefined;
  }

  /** Whether a secret of that name may be in the locked vault. */
  mayHold(name: string): boolean {
    if (!this.exists) return false;
    if (this.#names === undefined || this.#names.has(name)) return true;
    // Another process may have added it since.
    return this.known.get()?.mac !== this.#namesOf;
  }

  get names(): string[] {
    return [...(this.#names ?? [])];
  }

  // Rare: another process wrote the file. Its document takes the place of ours, or we lock.
  #follow(open: OpenVault): OpenVault {
    try {
      const next = open.reopened(readFileSync(this.folder.file));
      this.document = next.document;
      this.#learn(next);
      this.#adopt(next);
      this.events.emit('changed', {});
      return next;
    } catch (error) {
      this.options.log.warn('The vault was changed by another process', { error });
      this.lock('changed');
      throw vaultError.changed();
    }
  }

  /** Takes over an opened vault: from now on it is unlocked, and every value in it is redacted. */
  unlock(open: OpenVault): void {
    this.#learn(open);
    this.#adopt(open);
    this.document = open.document;
    this.known.raise(open.document);
    this.idle.start();
    this.events.emit('unlocked', {});
    this.events.emit('changed', {});
  }

  // Every value in it is redacted from now on, and its names are known also while it is locked.
  #learn(open: OpenVault): void {
    for (const { sealed, meta } of open.entries)
      for (const { version, sealed: text } of sealed.versions) {
        // By its nonce: a number may come again, after a restore, with another value.
        const key = text.slice(0, 16);
        if (this.#concealed.has(key)) continue;
        this.options.conceal(open.sealer.version(sealed, version)!.value, meta.name);
        this.#concealed.add(key);
      }
    this.#names = new Set(open.entries.map(({ meta }) => meta.name));
    this.#namesOf = open.document.mac;
  }

  #adopt(open: OpenVault): void {
    if (this.#open !== open) this.#open?.close();
    this.#open = open;
  }

  /**
   * Tells whether somebody has locked the vault since this call. Whoever locks it must find it locked
   * afterwards, whatever was under way: an unlocking that takes a second, a change that is written.
   */
  lockWatch(): () => boolean {
    const before = this.#locks;
    return () => this.#locks !== before;
  }

  /** Wipes the key. Where it is locked, what is about to open it does not. */
  lock(reason: LockReason): void {
    this.#locks += 1;
    if (!this.#open) return;
    this.#open.close();
    this.#open = undefined;
    this.idle.stop();
    this.uses.flush();
    this.events.emit('locked', { reason });
    this.events.emit('changed', {});
  }

  /** Runs alone among all processes; the file has been read anew. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.serial(() =>
      withWriteLock(this.#lockFile, async () => {
        await this.load();
        return work();
      }),
    );
  }

  /**
   * Changes the unlocked vault: the newest document is read, changed and written while no other
   * process can write.
   *
   * @throws NexusError `vault.locked`, `vault.busy`, `vault.unavailable` and what `work` throws
   */
  change<T>(work: (open: OpenVault) => Change<T> | Promise<Change<T>>): Promise<T> {
    return this.exclusive(async () => {
      const document = this.usable();
      let open = this.open();
      // Written by a process that died before it could tell the database.
      if (document.mac !== open.document.mac) open = this.#follow(open);
      const locked = this.lockWatch();
      return open.keptOpen(async () => {
        const change = await work(open);
        if (locked()) throw vaultError.locked();
        return this.commit(open, change, { locked });
      });
    });
  }

  /**
   * Writes the next generation of an opened vault and takes it over, unless it was locked meanwhile;
   * within {@link exclusive}.
   *
   * @param how.before the generation that the file has now, where that is known to be good
   */
  async commit<T>(
    open: OpenVault,
    change: Change<T>,
    how: { locked: () => boolean; before?: number | undefined },
  ): Promise<T> {
    const { document } = open;
    const generation = Math.max(this.known.get()?.generation ?? 0, document.generation) + 1;
    const master = change.master ?? open.master();
    const next = writeDocument(master, {
      ...document,
      generation,
      written_at: this.options.clock.now(),
      slots: change.slots ?? document.slots,
      entries: change.entries ?? document.entries,
    });
    await this.folder.write(next.bytes, 'before' in how ? how.before : document.generation);
    this.known.put(next.document);
    this.document = next.document;
    this.problem = undefined;
    const written = new OpenVault(next.document, master);
    return written.keptOpen(async () => {
      this.#learn(written);
      if (how.locked()) written.close();
      else this.#adopt(written);
      await this.#copy(written);
      this.events.emit('changed', {});
      return change.result(written);
    });
  }

  // The secret is safe already: a copy that cannot be written is worth a warning, no failure.
  async #copy(written: OpenVault): Promise<void> {
    try {
      await this.folder.writeRecovery(await recoveryCopy(written));
    } catch (error) {
      this.options.log.warn('The recovery copy of the vault could not be written', { error });
    }
  }
}

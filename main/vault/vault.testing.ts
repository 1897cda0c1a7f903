import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRecord } from '#main/audit/index.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase, type Database } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createRedactor } from '#main/base/redact.ts';
import { Vault, vaultMigrations } from './index.ts';
import { LEAST_COSTS } from './passphrase.ts';
import { noKeychain } from './keychain.ts';
import type { VaultOptions } from './state.ts';

export const PASSPHRASE = 'correct horse battery';

/** A home with a vault's folder and database, and as many processes' vaults on it as a test wants. */
export class VaultHome {
  readonly home: string;
  readonly folder: string;
  readonly file: string;
  readonly clock = new ManualClock(Date.UTC(2026, 10, 21));
  readonly redactor = createRedactor();
  readonly audit: AuditRecord[] = [];
  idleMinutes = 0;
  locksWithScreen = true;
  readonly #databases: Database[] = [];
  readonly #vaults: Vault[] = [];

  constructor(home = mkdtempSync(join(tmpdir(), 'nexus-vault-'))) {
    this.home = home;
    this.folder = join(home, 'vault');
    this.file = join(this.folder, 'vault.json');
  }

  /** A vault as one process has it. */
  async vault(options: Partial<VaultOptions> = {}): Promise<Vault> {
    const db = openDatabase(join(this.home, 'nexus.db'));
    migrate(db, [vaultMigrations]);
    this.#databases.push(db);
    const vault = new Vault({
      db,
      folder: this.folder,
      clock: this.clock,
      log: silentLogger,
      conceal: (value, name) => this.redactor.add(value, name),
      record: async (entry) => void this.audit.push(entry),
      keychain: noKeychain,
      idleMinutes: () => this.idleMinutes,
      locksWithScreen: () => this.locksWithScreen,
      // The least that is allowed: tests derive many keys.
      costs: LEAST_COSTS,
      ...options,
    });
    this.#vaults.push(vault);
    await vault.open();
    return vault;
  }

  /** The same with a new vault in it, unlocked. */
  async fresh(options: Partial<VaultOptions> = {}): Promise<{ vault: Vault; recovery: string }> {
    const vault = await this.vault(options);
    const recovery = await vault.init({ passphrase: PASSPHRASE, recovery: true, keychain: false });
    return { vault, recovery: recovery! };
  }

  /** The end of its processes. */
  close(): void {
    for (const vault of this.#vaults.splice(0)) vault.close();
    for (const db of this.#databases.splice(0)) db.close();
  }

  remove(): void {
    this.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

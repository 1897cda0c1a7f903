import type { Database, Statement } from '#main/base/database.ts';

/** The document that was written last, as the database remembers it. */
export interface Known {
  vault: string;
  generation: number;
  mac: string;
}

/** When an entry was last used, by whom, and how often. */
export interface Use {
  used_at: number;
  used_by: string;
  uses: number;
}

/** What the database keeps of the vault; see `migrations.ts`. */
export class KnownVault {
  readonly #db: Database;
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #raise: Statement;
  readonly #uses: Statement;
  readonly #use: Statement;
  readonly #forget: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#get = db.prepare('SELECT vault, generation, mac FROM vault_known WHERE id = 1');
    const insert =
      'INSERT INTO vault_known (id, vault, generation, mac) VALUES (1, @vault, @generation, @mac) ON CONFLICT (id) DO UPDATE SET vault = excluded.vault, generation = excluded.generation, mac = excluded.mac';
    this.#put = db.prepare(insert);
    this.#raise = db.prepare(
      `${insert} WHERE vault = excluded.vault AND generation < excluded.generation`,
    );
    this.#uses = db.prepare('SELECT entry, used_at, used_by, uses FROM vault_uses');
    this.#use = db.prepare(
      'INSERT INTO vault_uses (entry, used_at, used_by, uses) VALUES (@entry, @used_at, @used_by, @uses) ON CONFLICT (entry) DO UPDATE SET used_at = excluded.used_at, used_by = excluded.used_by, uses = uses + excluded.uses',
    );
    this.#forget = db.prepare('DELETE FROM vault_uses WHERE entry = ?');
  }

  get(): Known | undefined {
    return this.#get.get() as Known | undefined;
  }

  put({ vault, generation, mac }: Known): void {
    this.#put.run({ vault, generation, mac });
  }

  /** Takes note of a generation that is newer than the known one; an older one changes nothing. */
  raise({ vault, generation, mac }: Known): void {
    this.#raise.run({ vault, generation, mac });
  }

  uses(): Map<string, Use> {
    const rows = this.#uses.all() as ({ entry: string } & Use)[];
    return new Map(rows.map(({ entry, ...use }) => [entry, use]));
  }

  addUses(uses: ReadonlyMap<string, Use>): void {
    if (uses.size === 0) return;
    this.#db.transaction(() => {
      for (const [entry, use] of uses) this.#use.run({ entry, ...use });
    })();
  }

  forgetUses(entry: string): void {
    this.#forget.run(entry);
  }
}

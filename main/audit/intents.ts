import type { Clock } from '#main/base/clock.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { processGone, thisProcess, type ProcessIdentity } from '#main/base/processIdentity.ts';
import { canonicalJson } from './entry.ts';
import { boundDetails } from './details.ts';
import { INTERRUPTED, type AuditIntent, type AuditRecord } from './record.ts';

interface IntentRow extends ProcessIdentity {
  id: number;
  at: number;
  actor: string;
  face: string;
  action: string;
  details: string | null;
}

/** After so long the announcement of a process that cannot be looked at from here counts as left behind. */
const FOREIGN_MS = 86_400_000;

/** What has been announced and has not ended: the log's own journal. All but reading is called inside a transaction. */
export class AuditIntents {
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #self = thisProcess();
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #all: Statement;

  constructor(db: Database, clock: Clock, redact: (text: string) => string) {
    this.#clock = clock;
    this.#redact = redact;
    this.#insert = db.prepare(
      'INSERT INTO audit_intents (host, pid, started, at, actor, face, action, details) VALUES (@host, @pid, @started, @at, @actor, @face, @action, @details)',
    );
    this.#delete = db.prepare('DELETE FROM audit_intents WHERE id = ?');
    this.#all = db.prepare('SELECT * FROM audit_intents ORDER BY id');
  }

  /** Notes one; @returns its id. */
  add({ actor, face, action, details }: AuditIntent, at: number): number {
    const kept = boundDetails(details, this.#redact);
    const row = { ...this.#self, at, actor: this.#redact(actor), face, action };
    const text = kept === undefined ? null : canonicalJson(kept);
    return Number(this.#insert.run({ ...row, details: text }).lastInsertRowid);
  }

  remove(id: number): void {
    this.#delete.run(id);
  }

  /** Takes out what dead processes left, as the entries that are still owed. */
  takeLeft(): { record: AuditRecord; at: number }[] {
    const left = (this.#all.all() as IntentRow[]).filter((row) => this.#isLeft(row));
    return left.map(({ id, at, actor, face, action, details }) => {
      this.#delete.run(id);
      const record: AuditRecord = { actor, face, action, outcome: 'failed', code: INTERRUPTED };
      if (details !== null) record.details = JSON.parse(details);
      return { record, at };
    });
  }

  #isLeft(row: IntentRow): boolean {
    return processGone(row) ?? this.#clock.now() - row.at > FOREIGN_MS;
  }
}

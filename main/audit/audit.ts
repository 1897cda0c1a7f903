import type { AuditEntry } from '#contract/audit.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { boundDetails, wellFormed } from './details.ts';
import { type AuditRow, canonicalJson, hashOf } from './entry.ts';
import { AuditQuery, type AuditFilter, type AuditPage } from './query.ts';
import type { AuditRecord } from './record.ts';
import { type AuditVerdict, verifyAudit } from './verify.ts';

export interface AuditOptions {
  db: Database;
  clock: Clock;
  /** Takes secrets out of a text. */
  redact: (text: string) => string;
}

interface Waiting {
  record: AuditRecord;
  at: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The append-only audit log: a hash chain over RFC 8785 canonical JSON. Entries that come in the same
 * turn of the event loop share one commit.
 */
export class Audit {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #query: AuditQuery;
  readonly #write: (batch: Waiting[]) => void;
  #waiting: Waiting[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor({ db, clock, redact }: AuditOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#redact = redact;
    this.#query = new AuditQuery(db);
    this.#write = this.#prepareWrite();
  }

  /**
   * Resolves once the entry is committed.
   * @throws NexusError `audit.unavailable` when it cannot be written
   */
  append(record: AuditRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, at: this.#clock.now(), resolve, reject });
      this.#scheduled ??= setImmediate(() => this.flush());
    });
  }

  /** Commits what waits, at once. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    try {
      this.#write(batch);
    } catch (cause) {
      const error = new NexusError({
        code: 'audit.unavailable',
        message: 'The audit log cannot be written, so nothing that it must record is answered.',
        hint: 'See that the disk has space and that the database is writable. What was asked for may have been done: look before you repeat it.',
        kind: 'operational',
        cause,
      });
      for (const one of batch) one.reject(error);
      return;
    }
    for (const one of batch) one.resolve();
  }

  /** One page, newest first. */
  list(filter: AuditFilter): AuditPage<'items'> {
    return this.#query.list(filter);
  }

  /** One page, oldest first: the whole log in pieces. */
  export(page: { limit: number; cursor?: string | undefined }): AuditPage<'lines'> {
    return this.#query.export(page);
  }

  /** Checks the whole chain; yields to other work between pages. */
  verify(): Promise<AuditVerdict> {
    this.flush();
    return verifyAudit(this.#db);
  }

  #prepareWrite(): (batch: Waiting[]) => void {
    const head = this.#db.prepare('SELECT seq, hash FROM audit_head WHERE id = 1');
    const insert = this.#db.prepare(
      'INSERT INTO audit (seq, at, actor, face, action, outcome, code, details, prev, hash) VALUES (@seq, @at, @actor, @face, @action, @outcome, @code, @details, @prev, @hash)',
    );
    // The table's triggers move the head along. Where somebody has removed them the log must still be
    // written, and their traces found: a head that stands still would refuse every later entry.
    const advance = this.#db.prepare(
      'UPDATE audit_head SET seq = @seq, hash = @hash WHERE id = 1 AND seq <> @seq',
    );
    const write = this.#db.transaction((batch: Waiting[]) => {
      // Read inside the transaction: another process may have appended since.
      let { seq, hash } = head.get() as { seq: number; hash: string };
      for (const { record, at } of batch) {
        const row = this.#rowOf(record, at, seq + 1, hash);
        insert.run(row);
        ({ seq, hash } = row);
        advance.run({ seq, hash });
      }
    });
    return (batch) => write.immediate(batch);
  }

  #rowOf(record: AuditRecord, at: number, seq: number, prev: string): AuditRow {
    const details = boundDetails(record.details, this.#redact);
    const text = (value: string) => wellFormed(this.#redact(value).slice(0, 200));
    const entry: Omit<AuditEntry, 'hash'> = {
      seq,
      at: new Date(at).toISOString(),
      actor: text(record.actor),
      face: text(record.face),
      action: text(record.action),
      outcome: record.outcome,
      ...(record.code === undefined ? {} : { code: text(record.code) }),
      ...(details === undefined ? {} : { details }),
      prev,
    };
    return {
      ...entry,
      code: entry.code ?? null,
      details: details === undefined ? null : canonicalJson(details),
      hash: hashOf(entry),
    };
  }
}

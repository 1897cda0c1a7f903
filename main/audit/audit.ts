import type { AuditEntry } from '#contract/audit.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { boundDetails, wellFormed } from './details.ts';
import { type AuditRow, canonicalJson, hashOf } from './entry.ts';
import { AuditQuery, type AuditFilter, type AuditPage } from './query.ts';
import { AuditIntents } from './intents.ts';
import type { AuditIntent, AuditRecord } from './record.ts';
import { type AuditVerdict, verifyAudit } from './verify.ts';

export interface AuditOptions {
  db: Database;
  clock: Clock;
  /** Takes secrets out of a text. */
  redact: (text: string) => string;
}

/** What waits for the next commit: an entry, or the announcement of one. */
type Waiting = { at: number; reject(error: unknown): void } & (
  | { record: AuditRecord; intent: number | undefined; resolve(): void }
  | { announced: AuditIntent; resolve(id: number): void }
);

/**
 * The append-only audit log: a hash chain over RFC 8785 canonical JSON. Entries that come in the same
 * turn of the event loop share one commit.
 */
export class Audit {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #query: AuditQuery;
  readonly #intents: AuditIntents;
  readonly #insert: (entries: { record: AuditRecord; at: number }[]) => void;
  readonly #write: (batch: Waiting[]) => (() => void)[];
  #waiting: Waiting[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor({ db, clock, redact }: AuditOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#redact = redact;
    this.#query = new AuditQuery(db);
    this.#intents = new AuditIntents(db, clock, redact);
    this.#insert = this.#prepareInsert();
    this.#write = this.#prepareWrite();
  }

  /**
   * Resolves once the entry is committed, and with it the end of what {@link announce} began.
   * @param intent what that gave.
   * @throws NexusError `audit.unavailable` when it cannot be written
   */
  append(record: AuditRecord, intent?: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#wait({ record, intent, at: this.#clock.now(), resolve, reject }),
    );
  }

  /**
   * Commits what is about to be done, so that a death between the act and its entry leaves a trace:
   * {@link recover} makes an entry of it.
   * @returns what {@link append} wants to know.
   * @throws NexusError `audit.unavailable`; then nothing should be done.
   */
  announce(announced: AuditIntent): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#wait({ announced, at: this.#clock.now(), resolve, reject }),
    );
  }

  /** Records what dead processes had begun and not recorded. @returns how many entries that made. */
  recover(): number {
    const write = this.#db.transaction(() => {
      const left = this.#intents.takeLeft();
      this.#insert(left);
      return left.length;
    });
    return write.immediate();
  }

  #wait(one: Waiting): void {
    this.#waiting.push(one);
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Commits what waits, at once. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    let settled: (() => void)[];
    try {
      settled = this.#write(batch);
    } catch (cause) {
      for (const one of batch) one.reject(unavailable(cause, 'announced' in one));
      return;
    }
    for (const settle of settled) settle();
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

  #prepareWrite(): (batch: Waiting[]) => (() => void)[] {
    const write = this.#db.transaction((batch: Waiting[]) => {
      const settled = batch.map((one) => {
        if ('announced' in one) {
          const id = this.#intents.add(one.announced, one.at);
          return () => one.resolve(id);
        }
        if (one.intent !== undefined) this.#intents.remove(one.intent);
        return () => one.resolve();
      });
      this.#insert(batch.filter((one) => 'record' in one));
      return settled;
    });
    return (batch) => write.immediate(batch);
  }

  #prepareInsert(): (entries: { record: AuditRecord; at: number }[]) => void {
    const head = this.#db.prepare('SELECT seq, hash FROM audit_head WHERE id = 1');
    const insert = this.#db.prepare(
      'INSERT INTO audit (seq, at, actor, face, action, outcome, code, details, prev, hash) VALUES (@seq, @at, @actor, @face, @action, @outcome, @code, @details, @prev, @hash)',
    );
    // The table's triggers move the head along. Where somebody has removed them the log must still be
    // written, and their traces found: a head that stands still would refuse every later entry.
    const advance = this.#db.prepare(
      'UPDATE audit_head SET seq = @seq, hash = @hash WHERE id = 1 AND seq <> @seq',
    );
    return (entries) => {
      if (entries.length === 0) return;
      // Read inside the transaction: another process may have appended since.
      let { seq, hash } = head.get() as { seq: number; hash: string };
      for (const { record, at } of entries) {
        const row = this.#rowOf(record, at, seq + 1, hash);
        insert.run(row);
        ({ seq, hash } = row);
        advance.run({ seq, hash });
      }
    };
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

function unavailable(cause: unknown, before: boolean): NexusError {
  return new NexusError({
    code: 'audit.unavailable',
    message: before
      ? 'The audit log cannot be written, so nothing that it must record is done.'
      : 'The audit log cannot be written, so nothing that it must record is answered.',
    hint: before
      ? 'See that the disk has space and that the database is writable, then try again.'
      : 'See that the disk has space and that the database is writable. What was asked for may have been done: look before you repeat it.',
    kind: 'operational',
    cause,
  });
}

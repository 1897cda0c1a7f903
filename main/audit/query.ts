import type { AuditEntry } from '#contract/audit.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { type AuditRow, entryOf } from './entry.ts';

export interface AuditFilter {
  limit: number;
  /** Opaque, from the page before. */
  cursor?: string | undefined;
  /** This and the action are compared without minding capitals (of ASCII). */
  actor?: string | undefined;
  action?: string | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  /** Instants, inclusive. */
  since?: string | undefined;
  until?: string | undefined;
}

/** One page; `next` is absent on the last. */
export type AuditPage<Key extends string> = { [K in Key]: AuditEntry[] } & { next?: string };

/** Reads the log in pages. */
export class AuditQuery {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  list(filter: AuditFilter): AuditPage<'items'> {
    const conditions: [text: string, value: string | number | undefined][] = [
      ['seq < ?', cursorOf(filter.cursor)],
      ['actor = ? COLLATE NOCASE', filter.actor],
      ['action = ? COLLATE NOCASE', filter.action],
      ['outcome = ?', filter.outcome],
      ['at >= ?', utc(filter.since)],
      ['at <= ?', utc(filter.until)],
    ];
    const set = conditions.filter(([, value]) => value !== undefined);
    const where = set.map(([text]) => text).join(' AND ') || '1';
    const rows = this.#page(
      `SELECT * FROM audit WHERE ${where} ORDER BY seq DESC LIMIT ?`,
      set.map(([, value]) => value!),
      filter.limit,
    );
    return { items: rows.items, ...rows.next };
  }

  export({ limit, cursor }: { limit: number; cursor?: string | undefined }): AuditPage<'lines'> {
    const rows = this.#page(
      'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
      [cursorOf(cursor) ?? 0],
      limit,
    );
    return { lines: rows.items, ...rows.next };
  }

  #page(sql: string, values: (string | number)[], limit: number) {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    const rows = statement.all(...values, limit + 1) as AuditRow[];
    const more = rows.length > limit;
    const items = rows.slice(0, limit).map(entryOf);
    return { items, next: more ? { next: String(items.at(-1)!.seq) } : {} };
  }
}

function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new NexusError({
    code: 'input.invalid',
    message: `“${cursor.slice(0, 40)}” is no cursor of the audit log.`,
    hint: 'Take it from `next` of the page before.',
  });
}

const utc = (instant: string | undefined) =>
  instant === undefined ? undefined : new Date(instant).toISOString();

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '#main/base/database.ts';
import { type AuditRow, canonicalJson, entryOf, GENESIS, hashOf } from './entry.ts';

/** Rows that are checked between two turns of the event loop. */
const PAGE = 500;

/** What {@link verifyAudit} found; the shape of `audit.verify`. */
export interface AuditVerdict {
  ok: boolean;
  /** How many entries were found in order. */
  entries: number;
  /** Hash of the last of them: note it elsewhere, and even a rebuilt chain shows. */
  head: string;
  problem?: { seq: number; message: string };
}

/**
 * Checks every entry's hash, its link to the one before, and the head: an entry that was changed,
 * removed, added or moved shows, also at the end. Memory is bounded by one page. Needs nothing but
 * the database, so it works on a copy while no platform runs.
 */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  const page = db.prepare('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
  const headRow = db.prepare('SELECT seq, hash FROM audit_head WHERE id = 1');
  // One snapshot: the last page and the head must be of the same moment.
  const read = db.transaction((after: number) => ({
    rows: page.all(after, PAGE) as AuditRow[],
    head: headRow.get() as { seq: number; hash: string } | undefined,
  }));
  let last = { seq: 0, hash: GENESIS };
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const { rows, head } = read(after);
    for (const row of rows) {
      const message = problemOf(row, last);
      if (message) return verdict(last, { seq: Math.min(row.seq, last.seq + 1), message });
      last = row;
      after = row.seq;
    }
    if (rows.length < PAGE) return verdict(last, headProblem(last, head));
    await nextTurn();
  }
}

function problemOf(row: AuditRow, last: { seq: number; hash: string }): string | undefined {
  if (row.seq !== last.seq + 1)
    return row.seq > last.seq + 1
      ? `Entry ${last.seq + 1} is missing.`
      : `Entry ${row.seq} was added before the first.`;
  if (row.prev !== last.hash) return `Entry ${row.seq} does not follow on the entry before it.`;
  try {
    const entry = entryOf(row);
    const canonical = entry.details === undefined ? null : canonicalJson(entry.details);
    if (hashOf(entry) === row.hash && canonical === row.details) return undefined;
  } catch {
    // Details that are no JSON any more.
  }
  return `Entry ${row.seq} was changed.`;
}

function headProblem(
  last: { seq: number; hash: string },
  head: { seq: number; hash: string } | undefined,
): AuditVerdict['problem'] {
  if (!head) return { seq: last.seq, message: 'The head of the log is missing.' };
  if (head.seq > last.seq)
    return {
      seq: last.seq + 1,
      message: `Entries ${last.seq + 1} to ${head.seq} were cut off the end.`,
    };
  if (head.seq < last.seq)
    return { seq: head.seq + 1, message: `Entries after ${head.seq} were added past the head.` };
  if (head.hash !== last.hash)
    return { seq: last.seq, message: `The head does not belong to entry ${last.seq}.` };
  return undefined;
}

function verdict(
  last: { seq: number; hash: string },
  problem: AuditVerdict['problem'],
): AuditVerdict {
  return { ok: !problem, entries: last.seq, head: last.hash, ...(problem ? { problem } : {}) };
}

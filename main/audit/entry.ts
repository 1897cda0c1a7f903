import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEntry } from '#contract/audit.ts';
import type { Json } from '#contract/common.ts';

/** What the first entry points back to. */
export const GENESIS = '0'.repeat(64);

/** One row as SQLite holds it. */
export interface AuditRow {
  seq: number;
  at: string;
  actor: string;
  face: string;
  action: string;
  outcome: AuditEntry['outcome'];
  code: string | null;
  /** Canonical JSON. */
  details: string | null;
  prev: string;
  hash: string;
}

/** The entry that a row holds. @throws SyntaxError when the details are no JSON any more */
export function entryOf(row: AuditRow): AuditEntry {
  return {
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    face: row.face,
    action: row.action,
    outcome: row.outcome,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.details === null ? {} : { details: JSON.parse(row.details) as Json }),
    prev: row.prev,
    hash: row.hash,
  };
}

/** SHA-256 (hex) of the RFC 8785 canonical JSON of an entry, its own `hash` left out. */
export function hashOf(entry: Omit<AuditEntry, 'hash'> & { hash?: string }): string {
  const hashed = { ...entry };
  delete hashed.hash;
  return createHash('sha256').update(canonicalJson(hashed), 'utf8').digest('hex');
}

/** Canonical JSON (RFC 8785) of a JSON value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

import { afterEach } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { Audit } from './audit.ts';
import { auditMigrations } from './migrations.ts';
import type { AuditRecord } from './record.ts';

const open: Database[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

/** An empty audit log in a database of its own, closed after the test. */
export function freshAudit(redact: (text: string) => string = (text) => text) {
  const db = openDatabase(':memory:');
  open.push(db);
  migrate(db, [auditMigrations]);
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  return { db, clock, audit: new Audit({ db, clock, redact }) };
}

/** Closes the log that was made last: for tests that make very many. */
export function closeLast(): void {
  open.pop()?.close();
}

export const record = (action: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  actor: 'owner',
  face: 'cli',
  action,
  outcome: 'allowed',
  ...more,
});

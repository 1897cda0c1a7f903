import type { AuditEntry } from '#contract/audit.ts';

/** For tests: an entry of the log. */
export const entry = (seq: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  seq,
  at: '2026-03-01T10:00:00.000Z',
  actor: 'ada',
  face: 'window',
  action: 'runs.start',
  outcome: 'allowed',
  details: { workflow: `backup-${seq}` },
  prev: 'a'.repeat(64),
  hash: 'b'.repeat(64),
  ...more,
});

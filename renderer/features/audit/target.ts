import type { AuditEntry } from '#contract/audit.ts';

/** The fields that name what an operation is about, the most telling first. */
const naming = ['workflow', 'name', 'run', 'host', 'schedule', 'file', 'path', 'id'] as const;

/** What an entry was about in a word (a workflow, a run, a token), where its details say so. */
export function targetOf(entry: Pick<AuditEntry, 'details'>): string | undefined {
  const details = entry.details;
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  for (const field of naming) {
    const value = details[field];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

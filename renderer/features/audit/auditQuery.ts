import type { AuditEntry } from '#contract/audit.ts';
import type { FilterTerm } from '#renderer/ui/filter/filterQuery.ts';

const outcomes = ['allowed', 'refused', 'failed'] as const;

/** What an entry shows to the typed filter. */
export function auditFields(entry: AuditEntry) {
  return {
    who: entry.actor,
    from: entry.face,
    action: entry.action,
    outcome: entry.outcome,
    code: entry.code,
    details: entry.details === undefined ? undefined : JSON.stringify(entry.details),
  };
}

/** The part of a filter that the platform answers itself: one exact value per field. */
export function auditServerFilter(terms: readonly FilterTerm[]) {
  const exact = (field: string) => {
    const term = terms.find((one) => one.field === field && !one.negate);
    const value = term?.values.length === 1 ? term.values[0] : undefined;
    return value?.includes('*') ? undefined : value;
  };
  const actor = exact('who');
  const action = exact('action');
  const outcome = outcomes.find((one) => one === exact('outcome')?.toLowerCase());
  return {
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(outcome ? { outcome } : {}),
  };
}

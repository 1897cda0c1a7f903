/** What a part of Nexus hands to the log; time, place in the chain and hashes are added there. */
export interface AuditRecord {
  /** `owner`, a token's name, `schedule`, `webhook:/path`, `anonymous`. */
  actor: string;
  /** window, dashboard, rest, cli, engine, scheduler, webhook. */
  face: string;
  /** The operation, e.g. `runs.start`. */
  action: string;
  outcome: 'allowed' | 'refused' | 'failed';
  code?: string | undefined;
  /** Anything; redacted and bounded before it is kept. */
  details?: unknown;
}

/** What is about to be done; its end is recorded with the id that {@link Audit.announce} gave. */
export type AuditIntent = Omit<AuditRecord, 'outcome' | 'code'>;

/** The code of an entry whose operation had begun when its process died: it may have been done. */
export const INTERRUPTED = 'audit.interrupted';

import { z } from 'zod';
import { instant, json, pageInput, pageOf } from './common.ts';
import { operation } from './define.ts';

/**
 * One entry of the append-only audit log. `hash` is the SHA-256 (hex) of the RFC 8785 canonical
 * JSON of the entry without `hash`; `prev` is the hash of the entry before it, 64 zeros for the first.
 */
export const auditEntry = z.object({
  seq: z.number().int(),
  at: instant,
  /** Who: `owner`, a token's name, `schedule`, `webhook:/path`, `anonymous`. */
  actor: z.string(),
  /** By which face: window, dashboard, rest, cli, engine, scheduler. */
  face: z.string(),
  /** The operation, e.g. `runs.start`. */
  action: z.string(),
  outcome: z.enum(['allowed', 'refused', 'failed']),
  /** Stable error code where it was refused or failed. */
  code: z.string().optional(),
  /** What it was about: redacted and at most 8 KiB. */
  details: json.optional(),
  prev: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const audit = {
  list: operation('GET /audit', { title: 'List audit entries', role: 'operator', audit: 'none' })
    .input(
      pageInput.extend({
        actor: z.string().optional(),
        action: z.string().optional(),
        outcome: z.enum(['allowed', 'refused', 'failed']).optional(),
        since: instant.optional(),
        until: instant.optional(),
      }),
    )
    .output(pageOf(auditEntry)),
  /** Not recorded: it must answer above all where the log itself cannot be written any more. */
  verify: operation('POST /audit-verification', {
    title: 'Verify audit log',
    role: 'operator',
    audit: 'none',
    palette: true,
  })
    .input(z.object({}))
    .output(
      z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        head: z.string(),
        problem: z.object({ seq: z.number().int(), message: z.string() }).optional(),
      }),
    ),
  /** The whole log as JSON Lines, in pieces. */
  export: operation('GET /audit-export', {
    title: 'Export audit log',
    role: 'admin',
    audit: 'input',
  })
    .input(pageInput)
    .output(z.object({ lines: z.array(auditEntry), next: z.string().optional() })),
};

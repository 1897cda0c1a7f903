import { z } from 'zod';
import { instant, json } from './common.ts';
import { operation } from './define.ts';
import { runDetail } from './runs.ts';

/** What runs show when put side by side: part of `runs` in the table. */
export const runReports = {
  compare: operation('GET /runs/{id}/compare/{other}', {
    title: 'Compare runs',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({ id: z.string(), other: z.string() }))
    .output(
      z.object({
        a: runDetail,
        b: runDetail,
        same_definition: z.boolean(),
        differences: z.array(
          z.object({
            step: z.string(),
            what: z.enum(['status', 'outputs', 'inputs', 'missing', 'duration']),
            a: json.optional(),
            b: json.optional(),
          }),
        ),
      }),
    ),
  /** Counts per hour for charts. */
  statistics: operation('GET /run-statistics', {
    title: 'Run statistics',
    role: 'viewer',
    audit: 'none',
  })
    .input(
      z.object({
        hours: z.coerce
          .number()
          .int()
          .min(1)
          .max(24 * 31)
          .default(24),
      }),
    )
    .output(
      z.object({
        buckets: z.array(
          z.object({
            at: instant,
            succeeded: z.number().int(),
            failed: z.number().int(),
            cancelled: z.number().int(),
          }),
        ),
      }),
    ),
};

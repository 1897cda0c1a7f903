import { z } from 'zod';

/** Whose problem an error is: the caller's input, something outside (disk, network, host), or a defect of ours. */
export const errorKind = z.enum(['user', 'operational', 'unexpected']);

/**
 * The one shape in which every face renders an error: a toast with the hint, an exit code and a
 * line on stderr, HTTP problem+json (RFC 9457), an MCP error.
 */
export const errorShape = z.object({
  /** Stable and dotted: `workflow.invalid`, `ssh.host_key_changed`. Callers may branch on it. */
  code: z.string(),
  /** What went wrong and why, for a person. */
  message: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  kind: errorKind.default('user'),
  /** Machine-readable details; never secrets. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorShape = z.infer<typeof errorShape>;

/** A problem found in a file that a person wrote, with the place where it is. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  severity: z.enum(['error', 'warning']).default('error'),
  file: z.string().optional(),
  /** 1-based. */
  line: z.number().int().optional(),
  /** 1-based, in UTF-16 units. */
  column: z.number().int().optional(),
  /** Path inside the document, e.g. `["steps", 2, "with", "url"]`. */
  path: z.array(z.union([z.string(), z.number()])).optional(),
  /** The step it belongs to, where it belongs to one. */
  step: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

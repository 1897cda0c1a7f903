import { z } from 'zod';
import { rangeNames } from '#renderer/features/monitor/ranges.ts';

/** A list's typed query in the address. */
export const listSearch = z.object({ q: z.string().optional().catch(undefined) });

export const schedulesSearch = listSearch.extend({
  /** Opens the form for a new schedule, for this workflow. */
  add: z.string().optional().catch(undefined),
  /** The schedule whose details are open. */
  open: z.string().optional().catch(undefined),
});

export const workflowsSearch = listSearch.extend({
  create: z.boolean().optional().catch(undefined),
});

export const hostsSearch = listSearch.extend({
  add: z.boolean().optional().catch(undefined),
  import: z.boolean().optional().catch(undefined),
  /** The host whose form is open, or whose connection is tried. */
  edit: z.string().optional().catch(undefined),
  test: z.string().optional().catch(undefined),
});

export const hostSearch = z.object({
  tab: z.enum(['overview', 'files', 'forwards']).optional().catch(undefined),
  /** The folder that is open. */
  path: z.string().optional().catch(undefined),
});

export const commandSearch = z.object({
  /** A host expression. */
  hosts: z.string().optional().catch(undefined),
});

export const auditSearch = listSearch.extend({
  open: z.number().optional().catch(undefined),
  /** Verify the chain on arrival. */
  verify: z.boolean().optional().catch(undefined),
});

export const vaultSearch = listSearch.extend({
  /** The secret whose details are open. */
  open: z.string().optional().catch(undefined),
});

export const monitorTabs = ['charts', 'alerts'] as const;
export const monitorSearch = listSearch.extend({
  tab: z.enum(monitorTabs).optional().catch(undefined),
  /** Id of the host whose charts are shown. */
  host: z.string().optional().catch(undefined),
  range: z.enum(rangeNames).optional().catch(undefined),
  /** The rule that is edited; empty: a new one. */
  rule: z.string().optional().catch(undefined),
});

export const settingsTabs = ['appearance', 'platform', 'tokens', 'about'] as const;
export const settingsSearch = z.object({ tab: z.enum(settingsTabs).optional().catch(undefined) });

/** Search of the workflow editor and of a run's page; what they mean is theirs. */
export const openSearch = z.record(z.string(), z.unknown());

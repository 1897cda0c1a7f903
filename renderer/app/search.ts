import { z } from 'zod';
import { rangeNames } from '#renderer/features/monitor/ranges.ts';

/** Text in the address: the router reads `q=5` and `q=true`, typed by hand, as a number and a truth. */
const word = z
  .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
  .optional()
  .catch(undefined);

/** A list's typed query in the address. */
export const listSearch = z.object({ q: word });

export const schedulesSearch = listSearch.extend({
  /** Opens the form for a new schedule, for this workflow. */
  add: word,
  /** The schedule whose details are open. */
  open: word,
});

export const workflowsSearch = listSearch.extend({
  create: z.boolean().optional().catch(undefined),
});

export const hostsSearch = listSearch.extend({
  add: z.boolean().optional().catch(undefined),
  import: z.boolean().optional().catch(undefined),
  /** The host whose form is open, or whose connection is tried. */
  edit: word,
  test: word,
});

export const hostSearch = z.object({
  tab: z.enum(['overview', 'files', 'forwards']).optional().catch(undefined),
  /** The folder that is open. */
  path: word,
});

export const commandSearch = z.object({
  /** A host expression. */
  hosts: word,
});

export const auditSearch = listSearch.extend({
  open: z.number().optional().catch(undefined),
  /** Verify the chain on arrival. */
  verify: z.boolean().optional().catch(undefined),
});

export const vaultSearch = listSearch.extend({
  /** The secret whose details are open. */
  open: word,
});

export const monitorTabs = ['charts', 'alerts'] as const;
export const monitorSearch = listSearch.extend({
  tab: z.enum(monitorTabs).optional().catch(undefined),
  /** Id of the host whose charts are shown. */
  host: word,
  range: z.enum(rangeNames).optional().catch(undefined),
  /** The rule that is edited; empty: a new one. */
  rule: word,
});

export const settingsTabs = ['appearance', 'platform', 'tokens', 'about'] as const;
export const settingsSearch = z.object({ tab: z.enum(settingsTabs).optional().catch(undefined) });

/** Search of the workflow editor and of a run's page; what they mean is theirs. */
export const openSearch = z.record(z.string(), z.unknown());

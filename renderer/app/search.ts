import { z } from 'zod';

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

export const auditSearch = listSearch.extend({
  open: z.number().optional().catch(undefined),
  /** Verify the chain on arrival. */
  verify: z.boolean().optional().catch(undefined),
});

export const vaultSearch = listSearch.extend({
  /** The secret whose details are open. */
  open: z.string().optional().catch(undefined),
});

export const settingsTabs = ['appearance', 'platform', 'tokens', 'about'] as const;
export const settingsSearch = z.object({ tab: z.enum(settingsTabs).optional().catch(undefined) });

/** Search of the workflow editor and of a run's page; what they mean is theirs. */
export const openSearch = z.record(z.string(), z.unknown());
